import { isAmbiguous, SluiceError } from '../../shared/errors.ts';

/**
 * Sends a request to AMP once. When its answer is lost, asks AMP what became of it: `lookUp` returns the outcome, or
 * null when AMP shows no trace. Nothing is ever sent a second time; without a trace the failure is passed on with the
 * advice to look before trying again, since a request that is still on its way may arrive later.
 */
export async function settle<T>(
  what: string,
  send: () => Promise<T>,
  lookUp: () => Promise<T | null>,
): Promise<{ outcome: T; adopted: boolean }> {
  try {
    return { outcome: await send(), adopted: false };
  } catch (error) {
    if (!isAmbiguous(error)) throw error;
    let found: T | null;
    try {
      found = await lookUp();
    } catch {
      throw unsettled(what, error, 'and cannot be asked now whether it was done');
    }
    if (found === null) throw unsettled(what, error, 'and shows no trace of it');
    return { outcome: found, adopted: true };
  }
}

function unsettled(what: string, error: unknown, how: string): SluiceError {
  const code = error instanceof SluiceError ? error.code : 'AMP_UNREACHABLE';
  const reason = error instanceof SluiceError ? ` ${error.message}` : '';
  return new SluiceError(code, `AMP did not answer when the desk asked it to ${what}, ${how}.${reason}`, {
    next: 'Read AMP’s registers again, see whether it was done, and only then try again.',
    cause: error,
  });
}

/** Refuses unless the person typed what is asked for, exactly. */
export function requireConfirmation(typed: string, wanted: string, what: string): void {
  if (typed.trim() === wanted.trim()) return;
  throw new SluiceError('CONFIRMATION_MISMATCH', `The confirmation must be ${what}: “${wanted}”.`, {
    next: `Type “${wanted}”.`,
    field: 'confirm',
  });
}
