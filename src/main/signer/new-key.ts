import { randomInt, randomUUID } from 'node:crypto';
import type { Args, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Liquid } from '../liquid/types.ts';
import type { OwnKey, OwnKeys } from './own-keys.ts';

/** How many words have to be given again: enough that nobody passes who wrote nothing down. */
const ASKED: Record<12 | 24, number> = { 12: 4, 24: 6 };

/** New words between their showing and their confirmation. They are in memory only; one set at a time. */
export interface NewKeys {
  begin(words: 12 | 24): Promise<Result<'signer.newKey'>>;
  confirm(args: Args<'signer.confirmKey'>, actor: string): Promise<OwnKey>;
  forget(): void;
}

export function createNewKeys(liquid: Liquid, keys: OwnKeys): NewKeys {
  let pending: { id: string; words: string[]; ask: number[] } | null = null;
  return {
    async begin(count) {
      const words = (await liquid.newMnemonic(count)).split(' ');
      pending = { id: randomUUID(), words, ask: someOf(count, ASKED[count]) };
      return { id: pending.id, words: [...words], ask: [...pending.ask] };
    },
    async confirm({ id, answers, passphrase }, actor) {
      const asked = pending;
      if (asked?.id !== id) {
        throw new SluiceError('NOT_FOUND', 'These new words are gone: they were never kept.', {
          next: 'Make a new key, and write its words down.',
        });
      }
      const given = new Map(answers.map(({ position, word }) => [position, word.trim().toLowerCase()]));
      const wrong = asked.ask.filter((position) => given.get(position) !== asked.words[position - 1]);
      if (wrong.length > 0) {
        throw new SluiceError(
          'CONFIRMATION_MISMATCH',
          `Not the word that was shown: ${wrong.map((position) => `number ${position}`).join(', ')}.`,
          { next: 'Look at what you wrote down and give these words again.', field: 'answers' },
        );
      }
      const key = await keys.keep({ mnemonic: asked.words.join(' '), passphrase }, actor, 'made');
      pending = null;
      return key;
    },
    forget() {
      pending = null;
    },
  };
}

/** Different positions from 1 to `most`, in order. */
function someOf(most: number, count: number): number[] {
  const all = Array.from({ length: most }, (_, index) => index + 1);
  while (all.length > count) all.splice(randomInt(all.length), 1);
  return all;
}
