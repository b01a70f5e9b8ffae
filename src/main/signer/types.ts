import type { AccountKeys } from '../liquid/types.ts';
import type { SignRequest } from '../signing/index.ts';
import type { Hand } from './sign.ts';
import type { SignerTreasury } from './treasuries.ts';

/** A Jade attached to a signer. */
export interface AttachedJade {
  /** Its public keys. The device has to be unlocked. */
  accounts(port: string): Promise<AccountKeys>;
  /** Runs `work` with the device as the hand that signs; the port is let go of afterwards. */
  signing<T>(
    port: string,
    treasury: SignerTreasury,
    request: SignRequest,
    work: (hand: Hand) => Promise<T>,
  ): Promise<T>;
}

/** What this machine's network looks like from here, and what was stopped. */
export interface SealStatus {
  sealed: boolean;
  /** Attempts to open a connection that were refused. */
  stopped: number;
}
