export interface MultisigSigner {
  /** Of the signer's root key; 4 bytes. */
  fingerprint: Uint8Array;
  /** From the root to `xpub`; hardened steps with 2^31 added. */
  derivation: number[];
  xpub: string;
  /** Fixed steps after `xpub`, before those that come with each call. */
  path: number[];
}

/** A multisig as `register_multisig` taught it to the device. */
export interface MultisigRecord {
  name: string;
  /** `wsh(multi(k))`, `sh(wsh(multi(k)))` or `sh(multi(k))`. */
  variant: string;
  /** Keys in the order of their bytes instead of the signers'. */
  sorted: boolean;
  threshold: number;
  /** SLIP-77; 32 bytes. Null: none was given, and there are no confidential addresses. */
  masterBlindingKey: Uint8Array | null;
  signers: MultisigSigner[];
}
