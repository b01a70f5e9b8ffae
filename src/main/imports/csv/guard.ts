/**
 * Spreadsheet programs run a cell that begins like a formula. Such cells get a leading apostrophe when the desk writes
 * them and lose it when the desk reads them. A text that itself begins with apostrophes and then like a formula gets one
 * more, so that writing and reading always gives the same text.
 */
export function guardCell(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

export function unguardCell(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}
