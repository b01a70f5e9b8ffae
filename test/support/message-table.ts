import { readFileSync } from 'node:fs';

export interface Message {
  code: string;
  message: string;
  next: string;
}

/**
 * What `docs/messages.md` says of a situation, without its marks for code; null when it has no row for it. The test that
 * produces the situation compares, so that the table cannot drift from the program.
 */
export function documentedMessage(situation: string): Message | null {
  const text = readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8');
  for (const line of text.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    if (line.startsWith('|') && cells[1] === situation) {
      return { code: cells[2] ?? '', message: cells[3] ?? '', next: cells[4] ?? '' };
    }
  }
  return null;
}
