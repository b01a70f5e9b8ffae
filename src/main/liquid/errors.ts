import { SluiceError } from '../../shared/errors.ts';

const FETCH_AGAIN = 'Build the transaction again; if the file came from elsewhere, ask for it again.';

/** The PSET (or what was given with it) cannot be used. `message` is a sentence that says what is wrong with it. */
export function psetInvalid(
  message: string,
  options: { next?: string; field?: string; cause?: unknown } = {},
): SluiceError {
  return new SluiceError('PSET_INVALID', message, { ...options, next: options.next ?? FETCH_AGAIN });
}

/** A commitment is not what it is said to be. */
export function proofInvalid(message: string, field?: string): SluiceError {
  return new SluiceError('PROOF_INVALID', message, {
    next: 'Do not sign, broadcast or report this transaction: find out who changed it.',
    ...(field === undefined ? {} : { field }),
  });
}

export function signingFailed(message: string, next: string): SluiceError {
  return new SluiceError('SIGNING_FAILED', message, { next });
}

export function liquidUnavailable(message: string, cause?: unknown): SluiceError {
  return new SluiceError('LIQUID_UNAVAILABLE', message, {
    next: 'Try again. If it happens every time, restart the program and look at its log.',
    cause,
  });
}

export function liquidTimeout(what: string, ms: number): SluiceError {
  return new SluiceError(
    'LIQUID_TIMEOUT',
    `${what} took longer than ${Math.round(ms / 1000)} seconds and was stopped.`,
    {
      next: 'Close other busy programs and try again.',
    },
  );
}

/** Words that are no mnemonic; says nothing of them. */
export function noMnemonic(): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    'These words are not a mnemonic: a word is wrong, missing or misplaced.',
    {
      next: 'Compare each word with your backup; there must be 12, 15, 18, 21 or 24 of them.',
      field: 'mnemonic',
    },
  );
}

const COPY_AGAIN = 'Copy the whole descriptor again, checksum included, from where the wallet was set up.';

/** A descriptor that is none, or none of a kind that wallets here have. `message` never repeats its text. */
export function descriptorInvalid(message: string, next = COPY_AGAIN): SluiceError {
  return new SluiceError('DESCRIPTOR_INVALID', message, { next, field: 'descriptor' });
}

/** Says nothing of the key. */
export function descriptorPrivate(): SluiceError {
  return descriptorInvalid(
    'The descriptor holds a private key, which belongs to its signer alone.',
    'Take the descriptor with public keys (xpub) instead. Whoever has seen this text can spend with the key: make a new one.',
  );
}

export function descriptorForeign(message: string): SluiceError {
  return new SluiceError('DESCRIPTOR_FOREIGN', message, {
    next: 'Open it in a profile of its own network, or ask for the wallet of this one.',
    field: 'descriptor',
  });
}

/** What a cosigner returned is not what it was given. Nothing of it has been used. */
export function cosignerAltered(message: string): SluiceError {
  return new SluiceError('COSIGNER_ALTERED', message, {
    next: 'Nothing of the answer was used. Do not try again before the cosigner’s operator has explained it.',
  });
}
