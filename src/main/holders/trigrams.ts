/**
 * An FTS5 query for rows with every run of three characters of `words`: all rows that contain `words`, and some others.
 * Null when there is no such run; then every row has to be looked at. NUL would end the query early and is left out.
 */
export function trigramQuery(words: string): string | null {
  const characters = Array.from(words);
  const runs = new Set<string>();
  for (let at = 0; at + 3 <= characters.length; at += 1) {
    const run = characters.slice(at, at + 3).join('');
    if (!run.includes('\0')) runs.add(`"${run.replaceAll('"', '""')}"`);
  }
  return runs.size === 0 ? null : [...runs].join(' AND ');
}
