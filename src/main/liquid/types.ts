import type { Amount } from '../../shared/money.ts';

/** What opens a commitment. Hex in Elements' display order (as RPC prints asset, amountblinder and assetblinder). */
export interface OutputSecrets {
  assetId: string;
  value: Amount;
  assetBlinder: string;
  amountBlinder: string;
}

export interface InputSecrets extends OutputSecrets {
  txid: string;
  vout: number;
}

export interface BlindedOutput extends OutputSecrets {
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  /** Hex of 33 bytes. */
  blindingPubkey: string;
  /**
   * The secret half of the output's nonce, hex of 32 bytes: with it anybody who knows the blinding pubkey can check that
   * the receiver is able to open the output. As secret as the blinders.
   */
  ephemeralKey: string;
}

export interface BlindRequest {
  /** Base64, unblinded, inputs with their utxos. */
  pset: string;
  /** Secrets of every input of the PSET (any order). */
  inputs: readonly InputSecrets[];
  /**
   * Says in every input what the coin is and proves it, some 150 bytes each: LWK, and with it AMP2, reads the amounts of a
   * wallet's inputs from there. Only for PSETs of our own making.
   */
  proveInputs?: boolean;
}

export interface BlindResult {
  pset: string;
  /** Every output that was blinded, by vout. */
  outputs: BlindedOutput[];
}

export interface PsetOutput {
  vout: number;
  /** Hex; empty for the fee. */
  script: string;
  assetId: string;
  value: Amount;
  /** Hex, or null for an output that stays explicit (fee, burn). */
  blindingPubkey: string | null;
  blinded: boolean;
}

export interface PsetSummary {
  inputs: { txid: string; vout: number; issuance: boolean }[];
  outputs: PsetOutput[];
  /** Txid of the unsigned transaction: final for segwit inputs. */
  txid: string;
}

export interface DecodedOutput {
  vout: number;
  script: string;
  isFee: boolean;
  /** Explicit asset id (display order), else null. */
  assetId: string | null;
  value: Amount | null;
  /** Hex of 33 bytes, or null when explicit. */
  assetCommitment: string | null;
  valueCommitment: string | null;
  hasProofs: boolean;
}

export interface DecodedTransaction {
  txid: string;
  version: number;
  locktime: number;
  inputs: { txid: string; vout: number; sequence: number; issuance: boolean }[];
  outputs: DecodedOutput[];
  weight: number;
  vsize: number;
}

/** Keys of a single-signature treasury (BIP84 wpkh, SLIP-77). Public parts only. */
export interface TreasuryKeys {
  fingerprint: string;
  /** Plain ranged descriptors with origin and checksum, as importdescriptors wants them: external and internal. */
  external: string;
  internal: string;
  /** Hex of 32 bytes. */
  masterBlindingKey: string;
  /** The same wallet as a CT descriptor. */
  ctDescriptor: string;
}

/** Words with an optional BIP39 passphrase. */
export interface Seed {
  mnemonic: string;
  passphrase?: string | undefined;
}

/** What a seed gives for treasuries: accounts of BIP84 (single key) and BIP48/2 (multisig), SLIP-77. Public but for the blinding key. */
export interface AccountKeys {
  fingerprint: string;
  /** `84'/1'/0'` (coin type 1776 on Liquid). */
  single: { path: string; xpub: string };
  /** `48'/1'/0'/2'`. */
  multi: { path: string; xpub: string };
  masterBlindingKey: string;
}

/** A treasury's script policy: `elwpkh` of one key, `elwsh(sortedmulti(threshold, …))` of several, SLIP-77 blinding. */
export interface TreasuryPolicy {
  network: LiquidNetwork;
  threshold: number;
  keys: readonly { fingerprint: string; path: string; xpub: string }[];
  /** Hex of 32 bytes. */
  masterBlindingKey: string;
}

export interface PolicyDescriptors {
  /** Plain ranged descriptors with checksum for a node: `wpkh([…]…/0/*)#…` or `wsh(sortedmulti(…))#…`. */
  external: string;
  internal: string;
  /** `ct(slip77(…),el…/<0;1>/*)#…` as LWK reads it. */
  ctDescriptor: string;
  /** The same without the blinding key, for people. */
  publicDescriptor: string;
  /** Hex of 32 bytes: SHA-256 of network name and CT descriptor without checksum; the treasury's id. */
  id: string;
}

export interface DerivedAddress {
  chain: 0 | 1;
  index: number;
  /** scriptPubKey, hex. */
  script: string;
  /** Confidential. */
  address: string;
  /** Hex of 33 bytes. */
  blindingPubkey: string;
  /** Hex; null for a single key. */
  witnessScript: string | null;
  /** Hex: what a P2SH coin wraps; null for native segwit. */
  redeemScript: string | null;
  /** The keys of the script with their places, as a PSET names them. */
  keys: KeyOrigin[];
}

/** How outputs of a wallet are blinded: SLIP-77, or an ELIP-150 view key. Hex of 32 bytes. */
export interface BlindingKey {
  kind: 'slip77' | 'view';
  key: string;
}

/** A wallet by its descriptor, exactly as it was registered (checksum included). */
export interface DescriptorPolicy {
  network: LiquidNetwork;
  descriptor: string;
}
/** Whatever signs, has addresses and owns change. */
export type WalletPolicy = TreasuryPolicy | DescriptorPolicy;

/** What a CT descriptor says. One chain: the same addresses serve for receiving and change (AMP0). */
export interface DescriptorFacts {
  /** As given, with its checksum. */
  descriptor: string;
  /** Without the blinding key, with a checksum of its own. */
  publicDescriptor: string;
  /** Hex of 32 bytes: SHA-256 of network name, colon and descriptor without checksum; the wallet's id, as `PolicyDescriptors.id`. */
  id: string;
  /** ELIP-152 wallet id, `xxxx-xxxx-…` in eight groups. AMP2 names wallets by it. */
  wid: string;
  script: 'wpkh' | 'sh-wpkh' | 'wsh-multi' | 'sh-wsh-multi';
  /** Keys of a multisig in the order of BIP67 instead of the descriptor's. */
  sorted: boolean;
  threshold: number;
  chains: 1 | 2;
  keys: {
    fingerprint: string;
    /** Of the extended key, without `m/`. */
    path: string;
    xpub: string;
    /** Steps from the extended key to the address index, by chain: `[[0],[1]]`, `[[1]]`, `[[]]`. */
    branches: number[][];
  }[];
  blinding: BlindingKey & { written: 'slip77' | 'elip151' | 'view' };
  /** What a person should know before this wallet is used; null where there is nothing. */
  warning?: string | null;
}

/** An extended public key and where it is from the root. */
export interface Account {
  path: string;
  xpub: string;
}

/** Public halves of a seed for custody wallets. */
export interface CustodyKeys {
  fingerprint: string;
  /** BIP84. */
  single: { path: string; xpub: string };
  /** Accounts 0 … 19: `87'/1'/n'`, on Liquid `87'/0'/n'`. A wallet of its own each. */
  amp2: [Account, ...Account[]];
  amp0: Amp0Keys;
  /** SLIP-77 of the seed: an AMP0 account's outputs are blinded with it. Secret to strangers. */
  masterBlindingKey: string;
}

/** What Green is told of an account's owner, and what opens the owner's blob there. */
export interface Amp0Keys {
  /** Root key, public. */
  masterXpub: string;
  /** Public key (33 bytes) and chain code of m/18241', hex. */
  registerPubkey: string;
  registerChainCode: string;
  /** Public key of m/1885434739', hex. */
  blobPubkey: string;
  /** m/3'/n' for n = 1 … 20. */
  accounts: { pointer: number; xpub: string }[];
}

/** A coin to spend in a PSET of our own making, with everything that a signer has to see. Hex; fields as serialized. */
export interface SpentCoin {
  txid: string;
  vout: number;
  utxo: { asset: string; value: string; nonce: string; script: string };
  witnessScript: string | null;
  redeemScript: string | null;
  keys: readonly KeyOrigin[];
}

/** An output of a PSET of our own making. */
export interface NewPsetOutput {
  /** Hex; empty for the fee. */
  script: string;
  assetId: string;
  value: Amount;
  /** Hex of 33 bytes; null for the fee. */
  blindingPubkey: string | null;
  /** Keys of change. */
  keys?: readonly KeyOrigin[];
}

/** A PSET of an AMP0 account as Green cosigns it. */
export interface GreenForm {
  /** Transaction with the owner's signatures and a placeholder for Green's, hex. */
  tx: string;
  /** By vout; '' for what is explicit. Each opens its output (`asset_unblind_with_nonce`). */
  nonces: string[];
  /** Witness scripts by input. */
  scripts: string[];
}

/** A key that an input or output says belongs to it. */
export interface KeyOrigin {
  pubkey: string;
  fingerprint: string;
  path: readonly number[];
}

/** What a PSET holds, as read; nothing of it is verified. */
export interface PsetFacts {
  txid: string;
  version: number;
  locktime: number;
  inputs: {
    txid: string;
    vout: number;
    sequence: number;
    /** scriptPubKey of the spent output, hex; null without a utxo. */
    script: string | null;
    /** Commitments (33 bytes) of the spent output, hex; explicit ones as serialized. */
    assetCommitment: string | null;
    valueCommitment: string | null;
    witnessScript: string | null;
    keys: KeyOrigin[];
    /** Null when absent, which means ALL. */
    sighash: number | null;
    issuance: boolean;
    pegin: boolean;
    /**
     * Final or partial signatures that it has already, DER with sighash byte. The pubkey is empty for a signature in a
     * final multisig witness, which does not say whose it is (`signaturesOf` finds out).
     */
    signatures: { pubkey: string; signature: string }[];
  }[];
  outputs: {
    vout: number;
    script: string;
    assetId: string;
    value: Amount;
    assetCommitment: string | null;
    valueCommitment: string | null;
    blindingPubkey: string | null;
    ecdhPubkey: string | null;
    hasRangeproof: boolean;
    hasSurjectionProof: boolean;
    hasValueProof: boolean;
    hasAssetProof: boolean;
    keys: KeyOrigin[];
  }[];
}

/**
 * A verdict per output on whether it is what somebody says it is. `fault` null: it is. Otherwise words that read on behind
 * “Output 3” (or “Input 3”), one for each kind of lie: “pays another script”, “its range proof is missing” …
 */
export interface OpeningVerdict {
  vout: number;
  fault: string | null;
}

export interface PsetSignature {
  input: number;
  pubkey: string;
  fingerprint: string | null;
  /** Over this very transaction, SIGHASH_ALL, by that key, which the spent script asks for. */
  valid: boolean;
  /** DER with sighash byte, hex. */
  signature: string;
}

/** A coin that an input spends before a node can know it: an output of another PSET of ours. */
export interface PsetCoin {
  input: number;
  /** Base64, blinded. */
  from: string;
  vout: number;
}

/** A signature that must hold a nonce the signer committed to, and an entropy that it learnt afterwards. */
export interface AntiExfilClaim {
  /** 33 bytes. */
  pubkey: Uint8Array;
  /** 32 bytes, as they are signed. */
  sighash: Uint8Array;
  entropy: Uint8Array;
  /** 33 bytes: the signer's commitment to its nonce. */
  signerCommitment: Uint8Array;
  /** DER with sighash byte. */
  signature: Uint8Array;
}

export type LiquidNetwork = 'liquidv1' | 'liquidtestnet' | 'regtest';

/**
 * Everything that touches lwk_wasm and wallycore. Heavy calls run in worker threads with deadlines; a worker that
 * panics or is late is thrown away and its task fails with LIQUID_TIMEOUT or LIQUID_UNAVAILABLE.
 */
export interface Liquid {
  /** Proves that the pinned wasm builds work on this machine: blinds, opens and signs a known transaction. */
  selfTest(): Promise<void>;
  /** One proof per task over all workers. `onProgress` is told of outputs done. */
  blind(request: BlindRequest, onProgress?: (done: number, total: number) => void): Promise<BlindResult>;
  inspectPset(pset: string): Promise<PsetSummary>;
  decodeTransaction(hex: string): Promise<DecodedTransaction>;
  /**
   * Opens outputs of a raw transaction with the blinders we hold: value and asset commitments must be exactly those.
   * Throws PROOF_INVALID naming the output otherwise.
   */
  openOutputs(
    hex: string,
    outputs: readonly (OutputSecrets & { vout: number; script: string })[],
  ): Promise<void>;
  /** Whether two encodings (PSET or PSET, PSET or raw transaction) carry the same unsigned transaction. */
  sameTransaction(
    a: { pset: string } | { hex: string },
    b: { pset: string } | { hex: string },
  ): Promise<boolean>;
  /** Twelve or twenty-four new words. */
  newMnemonic(words: 12 | 24): Promise<string>;
  /** Throws INVALID_ARGUMENT for words that are no mnemonic. */
  treasuryKeys(mnemonic: string, network: LiquidNetwork): Promise<TreasuryKeys>;
  /** Signs every input that the key can sign (SIGHASH_ALL). Throws SIGNING_FAILED when none is its own. */
  signWithMnemonic(pset: string, mnemonic: string, network: LiquidNetwork): Promise<string>;

  /** Accounts of a seed. Throws INVALID_ARGUMENT for words that are no mnemonic. */
  accountKeys(seed: Seed, network: LiquidNetwork): Promise<AccountKeys>;
  /** Throws INVALID_ARGUMENT for keys that do not fit the network, the threshold or each other. */
  descriptors(policy: TreasuryPolicy): Promise<PolicyDescriptors>;
  /**
   * Reads a CT descriptor of a kind that custody wallets have: `elwpkh`, `elsh(wpkh)`, `elwsh(multi|sortedmulti)`,
   * `elsh(wsh(multi))`, blinded by `slip77(…)`, `elip151` or a view key. LWK reads it as well, and must come to the same
   * wallet id. Throws DESCRIPTOR_INVALID with what is wrong with it, DESCRIPTOR_FOREIGN for another network's.
   */
  readDescriptor(descriptor: string, network: LiquidNetwork): Promise<DescriptorFacts>;
  /** Throws INVALID_ARGUMENT for words that are no mnemonic. */
  custodyKeys(seed: Seed, network: LiquidNetwork): Promise<CustodyKeys>;
  /** `ct(slip77(…),elwpkh(…/<0;1>/*))#…` of BIP84, or of the keys given. */
  singleDescriptor(
    key: { fingerprint: string; path: string; xpub: string },
    masterBlindingKey: string,
    network: LiquidNetwork,
  ): Promise<string>;
  /**
   * `ct(…,elwsh(multi(2,SERVER/<0;1>/*,USER/<0;1>/*)))#…`, server first as LWK writes it. Never with LWK 0.13's fixed public
   * blinding key. `server` is `[fingerprint/path]xpub`. Throws INVALID_ARGUMENT, DESCRIPTOR_FOREIGN.
   */
  amp2Descriptor(of: {
    network: LiquidNetwork;
    server: string;
    user: { fingerprint: string; path: string; xpub: string };
    /** Null: ELIP-151. */
    blinding: BlindingKey | null;
  }): Promise<string>;
  /** The ELIP-153 wallet of a seed: keys of its own for this server, blinded with the view key. */
  amp2Elip153(seed: Seed, network: LiquidNetwork, account: number, server: string): Promise<string>;
  /** Descriptor of an AMP0 account: Green's key by `gaitPath` (32 steps), the owner's by `m/3'/pointer'`, SLIP-77. */
  amp0Descriptor(of: {
    network: LiquidNetwork;
    server: { pubkey: string; chainCode: string };
    gaitPath: readonly number[];
    pointer: number;
    user: { fingerprint: string; xpub: string };
    masterBlindingKey: string;
  }): Promise<string>;
  /** DER, hex: the login at Green, a Bitcoin-message signature with m/1195487518. */
  signAmp0Challenge(seed: Seed, network: LiquidNetwork, challenge: string): Promise<string>;
  /** How Green knows an owner, by the root key: P2PKH address, public key and chain code (hex). */
  amp0Root(
    masterXpub: string,
    network: LiquidNetwork,
  ): Promise<{ loginAddress: string; pubkey: string; chainCode: string }>;
  /** Asset, value, nonce and script fields of an output of a raw transaction, as serialized, hex. */
  coinOf(hex: string, vout: number): Promise<SpentCoin['utxo'] & { txid: string }>;
  /** A version 2 PSET of exactly these, ready for `blind`. */
  newPset(inputs: readonly SpentCoin[], outputs: readonly NewPsetOutput[]): Promise<string>;
  /**
   * The transaction with its witnesses, hex. Coins wrapped in P2SH have a part in the txid that comes with it: it is not that
   * of the PSET. Throws SIGNING_FAILED when a signature is missing or not valid.
   */
  finalize(pset: string): Promise<string>;
  /**
   * By vout, hex, what opens each blinded output (`asset_unblind_with_nonce`); '' for an explicit one. From what `blind`
   * returned. Throws PROOF_INVALID for secrets that do not open the outputs.
   */
  nonces(pset: string, outputs: readonly BlindedOutput[]): Promise<string[]>;
  /** Nonces by vout, from what `blind` returned, and the form that Green takes. Throws SIGNING_FAILED without the owner's signatures. */
  greenForm(pset: string, outputs: readonly BlindedOutput[]): Promise<GreenForm>;
  /**
   * What a cosigner returned (a raw transaction or a PSET) taken into our own PSET: it must be the same transaction to the
   * byte (COSIGNER_ALTERED otherwise), and every input must have got a valid signature by a key of `fingerprint` or, where
   * the script alone tells, by the key that is not ours. Only verified signatures are kept. COSIGNER_ANSWER_INVALID for what
   * cannot be read.
   */
  takeCosignature(
    pset: string,
    answer: { hex: string } | { pset: string },
    /** Our own key's fingerprint: whose signatures do not count as the cosigner's. */
    own: string,
  ): Promise<string>;
  /** Addresses `from` … `from + count − 1` of a chain; a wallet of one chain has the same ones (chain 0) for both. */
  addresses(policy: WalletPolicy, chain: 0 | 1, from: number, count: number): Promise<DerivedAddress[]>;
  /** What an address means; null for what is no address of this network. */
  readAddress(
    address: string,
    network: LiquidNetwork,
  ): Promise<{ script: string; blindingPubkey: string | null } | null>;
  /** Confidential address of a script. */
  writeAddress(script: string, blindingPubkey: string, network: LiquidNetwork): Promise<string>;
  /** Reads a PSET without believing it. Throws PSET_INVALID only for what cannot be read. */
  factsOf(pset: string): Promise<PsetFacts>;
  /**
   * Whether outputs of a PSET commit to exactly these secrets: generator and value commitment recomputed, the explicit
   * proofs present and true, the range proof opened with the nonce that `ephemeralKey` and the blinding pubkey give, the
   * surjection proof present. What the PSET declares in clear must be the same as well.
   */
  verifyOutputs(
    pset: string,
    outputs: readonly (OutputSecrets & {
      vout: number;
      script: string;
      blindingPubkey: string;
      ephemeralKey: string;
    })[],
  ): Promise<OpeningVerdict[]>;
  /**
   * Whether the spent outputs of a PSET commit to exactly these secrets: a verdict per input (`vout` is its index), then
   * one for each secret of a coin that no input spends.
   */
  verifyInputs(pset: string, inputs: readonly InputSecrets[]): Promise<OpeningVerdict[]>;
  /**
   * Opens outputs of a PSET with the treasury's own blinding key (no secrets told by anybody). Null where it does not
   * open: then it is not ours, whatever its script says.
   */
  unblindOwn(
    pset: string,
    vouts: readonly number[],
    /** SLIP-77 where it is text alone. */
    blindingKey: string | BlindingKey,
  ): Promise<(({ vout: number } & OutputSecrets) | null)[]>;
  /**
   * Adds the signatures of a seed to every input whose script holds one of its keys (single key or multisig, SIGHASH_ALL).
   * Throws SIGNING_FAILED when it adds none, and for anything in the PSET that is a reason not to sign any of it.
   */
  signWithSeed(pset: string, seed: Seed, network: LiquidNetwork): Promise<string>;
  /** Every signature of a PSET, verified against our own signature hash. */
  signaturesOf(pset: string): Promise<PsetSignature[]>;
  /** The signature hash of each input (SIGHASH_ALL), hex. Throws PSET_INVALID for an input that this program cannot sign. */
  sighashes(pset: string): Promise<string[]>;
  /** Adds signatures (DER with sighash byte, hex) to a PSET. Throws SIGNING_FAILED when one of them is not valid for it. */
  insertSignatures(
    pset: string,
    signatures: readonly { input: number; pubkey: string; signature: string }[],
  ): Promise<string>;
  /**
   * The signatures of several PSETs of the same transaction in the first of them. Throws SIGNING_FAILED for another
   * transaction or an invalid signature.
   */
  combine(psets: readonly string[]): Promise<string>;
  /**
   * The transaction of a blinded PSET in network form, hex: without signatures, every output with its proofs. Throws
   * PSET_INVALID for an issuance.
   */
  unsignedHex(pset: string): Promise<string>;
  /** The PSET without whole previous transactions. Throws PSET_INVALID where a spent output is not shown by itself. */
  witnessOnly(pset: string): Promise<string>;
  /**
   * Writes coins that a node does not know yet into the inputs that spend them, with their script and keys, from the
   * PSETs that make them. Throws PSET_INVALID for an input that spends something else.
   */
  showCoins(pset: string, coins: readonly PsetCoin[]): Promise<string>;
  /** The host's side of anti-exfil signing (libwally's `ae_…`), for signers that keep to it. */
  readonly antiExfil: {
    /** Commitment of 32 bytes to an entropy of 32 bytes. */
    commit(entropy: Uint8Array): Promise<Uint8Array>;
    verify(claim: AntiExfilClaim): Promise<boolean>;
  };
  close(): Promise<void>;
}
