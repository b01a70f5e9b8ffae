import type { JadeDevice } from '../../shared/contract/index.ts';

/** A two-way stream of bytes: a serial port, or the simulated Jade's. */
export interface JadeTransport {
  write(bytes: Uint8Array): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Once, with the reason, also when the device is unplugged. */
  onClose(listener: (reason: Error | null) => void): void;
  close(): Promise<void>;
}

export interface JadePort {
  /** Path of the port: `/dev/ttyACM0`, `COM3`, or the name of a simulated one. */
  path: string;
  simulated: boolean;
  /** What the operating system tells of it, for the label only. */
  hint: string;
  /** Throws JADE_NO_PERMISSION, JADE_BUSY, JADE_NOT_FOUND, JADE_LOST. */
  open(): Promise<JadeTransport>;
}

/** Where Jades may be. The product's own looks at serial ports; a Sandbox adds the simulated one. */
export interface JadePorts {
  candidates(): Promise<JadePort[]>;
  /** Why the last look may have missed some, in words; null when it did not. */
  problem?(): string | null;
}

export type JadeNetwork = 'liquid' | 'testnet-liquid' | 'localtest-liquid';

export interface JadeMultisig {
  /** 1 to 15 printable characters without space. */
  name: string;
  threshold: number;
  /** Hex of 32 bytes (SLIP-77). */
  masterBlindingKey: string;
  /** Keys in the order of BIP67, unless false: then in the order given. */
  sorted?: boolean;
  signers: readonly { fingerprint: string; derivation: readonly number[]; xpub: string }[];
}

/** One input as the device needs it for `sign_liquid_tx`; null for one that is not ours. */
export interface JadeTxInput {
  path: readonly number[];
  /** Witness script (multisig) or P2PKH script code (single key), hex. */
  script: string;
  /** Hex: commitment of 33 bytes, or explicit value of 9. */
  valueCommitment: string;
  /** Hex of 33 bytes: who signs, for the check of the signature. */
  pubkey: string;
  /** The hash that this input's signature has to sign, hex: worked out by us. */
  sighash: string;
}

/** What is committed to by one output, so that the device can show it; null for explicit outputs and the fee. */
export interface JadeCommitment {
  assetId: string;
  value: bigint;
  blindingKey: string;
  assetGenerator: string;
  valueCommitment: string;
  /** As Elements prints them. */
  assetBlinder: string;
  amountBlinder: string;
}

export type JadeChange =
  | { multisigName: string; paths: readonly (readonly number[])[] }
  | { variant: 'wpkh(k)'; path: readonly number[] };

export interface JadeLiquidTx {
  /** The unsigned transaction with its output witnesses, hex. */
  txn: string;
  inputs: readonly (JadeTxInput | null)[];
  commitments: readonly (JadeCommitment | null)[];
  change: readonly (JadeChange | null)[];
  /** Not sent: only signature hashes of taproot inputs hold it, and treasuries have none. */
  genesisHash: string;
  /** Complete registry contracts of assets that the device may not know. */
  assetInfo?: readonly {
    assetId: string;
    contract: unknown;
    issuancePrevout: { txid: string; vout: number };
  }[];
}

/**
 * One Jade, spoken to. Opens its port for what it does and lets go of it afterwards; its state is asked before every
 * action. Errors are SluiceErrors of the codes JADE_*.
 */
export interface JadeSession {
  readonly port: string;
  device(): Promise<JadeDevice>;
  /** Runs `auth_user` with the blind oracle until the device is ready. JADE_WRONG_PIN, JADE_ORACLE, JADE_DECLINED. */
  unlock(oracle: PinOracle): Promise<void>;
  fingerprint(): Promise<string>;
  /** Account key; `path` of at most 16 steps, hardened ones with 2^31 added. */
  xpub(path: readonly number[]): Promise<string>;
  masterBlindingKey(): Promise<string>;
  multisigs(): Promise<JadeMultisig[]>;
  /** Shown on the device; an identical record is accepted at once. */
  registerMultisig(multisig: JadeMultisig): Promise<void>;
  /** Shows the address on the device and returns it. */
  address(
    of:
      | { multisigName: string; paths: readonly (readonly number[])[] }
      | { variant: 'wpkh(k)'; path: readonly number[] },
  ): Promise<string>;
  /** PSET in and out as bytes; the answer has the signatures of this device added. */
  signPset(pset: Uint8Array): Promise<Uint8Array>;
  /** DER with sighash byte per input, null for inputs that are not ours; anti-exfil verified. */
  signLiquidTx(tx: JadeLiquidTx): Promise<(string | null)[]>;
  close(): Promise<void>;
}

/**
 * The host's side of anti-exfil signing (libwally's `ae_host_commit_from_bytes` and `ae_verify`): given by whoever may
 * use libwally.
 */
export interface AntiExfil {
  /** Commitment (32 bytes) to an entropy of 32 bytes. */
  commit(entropy: Uint8Array): Promise<Uint8Array>;
  /** Whether a signature is by that key over that hash and made with the nonce and entropy committed to. */
  verify(of: {
    pubkey: Uint8Array;
    sighash: Uint8Array;
    entropy: Uint8Array;
    /** 33 bytes. */
    signerCommitment: Uint8Array;
    /** DER with sighash byte. */
    signature: Uint8Array;
  }): Promise<boolean>;
}

/** Answers the blind oracle's part of unlocking. `data` is JSON of the device; the answer is JSON for it. */
export type PinOracle = (request: { urls: readonly string[]; data: unknown }) => Promise<unknown>;

/** The Jades at this machine. */
export interface Jades {
  devices(): Promise<JadeDevice[]>;
  /** JADE_NOT_FOUND, JADE_BUSY, JADE_NO_PERMISSION, JADE_TOO_OLD, JADE_WRONG_NETWORK. One session at a time per port. */
  open(port: string): Promise<JadeSession>;
  /** Lets go of a port now, whatever the Jade is at. Nothing to do for a port that is not held. */
  release(port: string): Promise<void>;
  close(): Promise<void>;
}
