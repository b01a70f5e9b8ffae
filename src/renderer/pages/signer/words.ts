import { BIP39_WORDS } from '../../../shared/bip39-words.ts';

/** How many words a mnemonic may have (BIP39). */
const COUNTS: readonly number[] = [12, 15, 18, 21, 24];

const LIST: ReadonlySet<string> = new Set(BIP39_WORDS);

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

/** How far somebody is: within a word, after one, or at the end of all. */
export type Typing = 'within' | 'after' | 'done';

/**
 * What is wrong with typed words, in words; undefined when nothing is. Words are counted only at the end, and a word that
 * is still being typed is left alone. Whether the last one fits the others is for the desk to say.
 */
export function wordsProblem(words: readonly string[], typing: Typing = 'done'): string | undefined {
  const whole = typing === 'within' ? words.slice(0, -1) : words;
  const strange = whole.flatMap((word, index) => (LIST.has(word) ? [] : [index + 1]));
  const [first, ...more] = strange;
  if (first !== undefined) {
    return more.length === 0
      ? `Word ${first} (“${words[first - 1]}”) is not in the list of 2,048 words.`
      : `Words ${strange.join(', ')} are not in the list of 2,048 words.`;
  }
  if (typing !== 'done' || COUNTS.includes(words.length)) return undefined;
  return `These are ${words.length} words; a key has 12 or 24, or in older wallets 15, 18 or 21.`;
}
