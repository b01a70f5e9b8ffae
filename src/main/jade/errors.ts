import { SluiceError, type SluiceErrorOptions } from '../../shared/errors.ts';

/** Oldest firmware that is spoken to: 1.0.38 is a security release, and older ones read no PSET. */
export const MINIMUM_FIRMWARE = '1.0.38';

export const lost = (cause?: unknown): SluiceError =>
  new SluiceError('JADE_LOST', 'The connection to the Jade was lost.', {
    next: 'Attach it again, unlock it, and start once more: what it did not finish has no effect.',
    cause,
  });

export const released = (): SluiceError =>
  new SluiceError('CANCELLED', 'The port was let go of while the Jade was still at work.', {
    next: 'If its screen still asks for something, reject it there.',
  });

export const timedOut = (): SluiceError =>
  new SluiceError('JADE_TIMEOUT', 'The Jade has stopped answering.', {
    next: 'Unplug it, attach it again, unlock it, and start once more: what it did not finish has no effect.',
  });

export const busyPort = (path: string, cause?: unknown): SluiceError =>
  new SluiceError('JADE_BUSY', `Another program uses ${path}.`, {
    next: 'Close the other wallet (Blockstream app, Sparrow, Electrum, a second Sluice), then look again.',
    cause,
  });

export const stillWaiting = (path: string): SluiceError =>
  new SluiceError('JADE_BUSY', `The Jade at ${path} is still at work on something.`, {
    next: 'Finish it on the Jade, or reject it there, then try again.',
  });

export const noPermission = (path: string, cause?: unknown): SluiceError =>
  new SluiceError('JADE_NO_PERMISSION', `This user may not open ${path}.`, {
    next: 'Install the udev rule that comes with Sluice (51-sluice-jade.rules), or add the user to the group “dialout” (Debian, Ubuntu, Fedora) or “uucp” (Arch) and log in again; then attach the Jade again.',
    cause,
  });

export const notFound = (path: string): SluiceError =>
  new SluiceError('JADE_NOT_FOUND', `There is no Jade at ${path}.`, {
    next: 'Attach it with a cable that carries data, switch it on, and look again.',
  });

export const notAJade = (path: string): SluiceError =>
  new SluiceError('JADE_NOT_FOUND', `What is at ${path} does not answer as a Jade does.`, {
    next: 'If it is a Jade: switch it on, wait until it has started, and look again.',
  });

export const tooOld = (version: string): SluiceError =>
  new SluiceError(
    'JADE_TOO_OLD',
    `This Jade has firmware ${version}; it takes ${MINIMUM_FIRMWARE} or newer.`,
    {
      next: 'Update the firmware with the Blockstream app, as help.blockstream.com describes.',
    },
  );

export const wrongNetwork = (): SluiceError =>
  new SluiceError('JADE_WRONG_NETWORK', 'This Jade’s wallet is bound to the other kind of network.', {
    next: 'A Jade that was set up on Liquid’s main network does not sign for a test network, nor the other way round: use another Jade, or reset this one if it holds nothing.',
  });

export const locked = (): SluiceError =>
  new SluiceError('JADE_LOCKED', 'The Jade is locked.', {
    next: 'Unlock it: the PIN is typed on the Jade itself. If a phone is connected to it, disconnect that first.',
  });

export const uninitialised = (): SluiceError =>
  new SluiceError('JADE_UNINITIALISED', 'This Jade has no wallet yet.', {
    next: 'Set it up on the device itself (new wallet or recovery words), then look again.',
  });

export const declined = (): SluiceError =>
  new SluiceError('JADE_DECLINED', 'It was rejected on the Jade.', {
    next: 'Nothing was signed or changed. Start again if that was not meant.',
  });

export const wrongPin = (): SluiceError =>
  new SluiceError('JADE_WRONG_PIN', 'The PIN was wrong.', {
    next: 'Try again with care: after three wrong PINs the Jade erases its wallet, and only its recovery words bring it back.',
  });

export const developmentFirmware = (): SluiceError =>
  new SluiceError('JADE_REFUSED', 'This Jade runs development firmware, without secure boot.', {
    next: 'For real funds use a Jade with the maker’s own firmware.',
  });

export const answerInvalid = (what: string, options?: Partial<SluiceErrorOptions>): SluiceError =>
  new SluiceError('JADE_ANSWER_INVALID', `The Jade’s answer makes no sense: ${what}.`, {
    next: 'Attach it again and start once more. If it stays so, do not use this device.',
    ...options,
  });

export const refused = (words: string, next: string, cause?: unknown): SluiceError =>
  new SluiceError('JADE_REFUSED', `The Jade refused${words === '' ? '' : `: “${words}”`}.`, { next, cause });

/** Another program's or an earlier connection's unfinished flow was in the way, and is gone now. */
export class StaleFlow extends SluiceError {
  constructor(words: string) {
    super('JADE_REFUSED', `The Jade was in the middle of something else: “${words}”.`, {
      next: 'It has dropped that. Start once more.',
    });
  }
}

/**
 * The device was lost where `sign_psbt` of current firmware is known to fall over (a signed PSET of an exact multiple of
 * 3008 bytes). Nothing was signed; the same transaction is to be signed by `sign_liquid_tx`.
 */
export class TakeOtherRoute extends SluiceError {
  constructor(cause: SluiceError) {
    super(cause.code, `${cause.message} It went away while it signed the PSET.`, {
      next: 'Attach and unlock it again and sign once more: Sluice takes the other way of signing then (sign_liquid_tx).',
      cause,
    });
  }
}

/** Whether signing should be tried again by `sign_liquid_tx`. */
export function takesOtherRoute(error: unknown): boolean {
  return error instanceof TakeOtherRoute;
}

/** What the firmware says, made safe to show: printable ASCII, short. */
function said(message: unknown): string {
  return typeof message === 'string' ? message.replace(/[^ -~]/g, '').slice(0, 160) : '';
}

/** Refusals of the firmware that have a better explanation than its own words. */
const KNOWN: readonly { match: RegExp; next: string }[] = [
  {
    match: /receive script cannot be validated/i,
    next: 'The change of this transaction is not where the registered multisig would put it. Register the treasury on this Jade again; if it stays so, do not sign.',
  },
  {
    match: /failed to validate co-signers/i,
    next: 'This Jade’s own key is not among the cosigners of the treasury, or at another path. Check which Jade is attached.',
  },
  {
    match: /invalid asset info/i,
    next: 'The asset’s registry contract does not hash to the asset id. Sign without asset details; the Jade then shows whole units.',
  },
  {
    match: /missing trusted commitment|failed to extract psbt/i,
    next: 'The transaction lacks the proofs that the Jade checks. Prepare the batch again.',
  },
  {
    match: /unexpected fee output|network\/psbt type/i,
    next: 'The transaction is for another network than this profile’s.',
  },
  {
    match: /invalid multisig name/i,
    next: 'Name the treasury with 1 to 15 printable characters without space.',
  },
  {
    match: /non-?existent|cannot find named|no multisig/i,
    next: 'Register the treasury on this Jade first.',
  },
];

/** An error reply of the firmware in words. Codes: JSON-RPC's, and −32000 … −32003 of Jade's own. */
export function deviceError(method: string, error: unknown): SluiceError {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  switch (code) {
    case -32000:
      return declined();
    case -32001:
      return new StaleFlow(said(message));
    case -32002:
      return locked();
    case -32003:
      return wrongNetwork();
    case -32601:
      return new SluiceError('JADE_TOO_OLD', `This Jade’s firmware does not know “${method}”.`, {
        next: 'Update the firmware with the Blockstream app, as help.blockstream.com describes.',
      });
    case -32600:
      return refused(
        said(message),
        'What reached the Jade was damaged, or too long for a board without extra memory. Use a cable straight to the machine and try again.',
      );
    case -32602: {
      const known = KNOWN.find(({ match }) => match.test(said(message)));
      return refused(
        said(message),
        known?.next ?? 'Nothing was signed or changed. Tell Sluice’s makers what it said.',
      );
    }
    default:
      return refused(said(message), 'Restart the Jade, unlock it, and try again.');
  }
}
