import type { Bytes } from '../../crypto/index.ts';
import type { LiquidNetwork } from '../networks.ts';
import type { MultisigRecord } from '../records.ts';

/** What signing needs of the device around it. */
export interface SigningDevice {
  /** The network that the call names, one of Liquid's. */
  network: LiquidNetwork;
  keyAt(path: readonly number[]): { privateKey: Bytes; publicKey: Bytes };
  /** Of the wallet's root key, four bytes. */
  fingerprint: Bytes;
  multisigs(): ReadonlyMap<string, MultisigRecord>;
  /** Shows lines on the screen and waits for the person; false when it is declined. */
  prompt(lines: readonly string[]): Promise<boolean>;
}
