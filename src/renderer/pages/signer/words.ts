/** How many words a mnemonic may have (BIP39). */
export const WORD_COUNTS: readonly number[] = [12, 15, 18, 21, 24];

/** The words that somebody typed, however they were separated and numbered. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((part) => part.replace(/^\d+[.):]?/, ''))
    .filter((word) => word !== '');
}

export function sameWord(answer: string, word: string | undefined): boolean {
  return word !== undefined && answer.trim().toLowerCase() === word;
}

/** What is wrong with typed words as far as it can be seen without the list, in words; undefined when nothing is. */
export function wordsProblem(words: readonly string[]): string | undefined {
  const strange = words.findIndex((word) => !/^[a-z]{3,8}$/.test(word));
  if (strange >= 0) return `Word ${strange + 1} is not one of the list: words have three to eight letters.`;
  if (!WORD_COUNTS.includes(words.length)) {
    return `These are ${words.length} words; a key has 12 or 24, or in older wallets 15, 18 or 21.`;
  }
  return undefined;
}
