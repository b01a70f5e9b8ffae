import { SluiceError } from '../../src/shared/errors.ts';

/** The words in which a promise is refused; fails the test when it is not refused, or not in words. */
export async function refusal(work: Promise<unknown>): Promise<SluiceError> {
  const outcome: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof SluiceError) return outcome;
  throw new Error('It was not refused in words.', { cause: outcome });
}
