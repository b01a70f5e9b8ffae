export type Amp0Network = 'liquidv1' | 'liquidtestnet' | 'regtest';

/** Where a Green server is and which key its addresses are made of. */
export interface Amp0Endpoint {
  /** `wss://…/v2/ws` */
  url: string;
  /** Origin of POST /delayed_signature. */
  cosignUrl: string;
}

/** As `liquid.custodyKeys(…).amp0`, with what `liquid.amp0Root` works out of its master key. */
export interface Amp0OwnerKeys {
  masterXpub: string;
  /** P2PKH of the root key. */
  loginAddress: string;
  /** Public key and chain code of the root, hex, out of masterXpub. */
  masterPubkey: string;
  masterChainCode: string;
  registerPubkey: string;
  registerChainCode: string;
  blobPubkey: string;
  masterBlindingKey: string;
}

/** Milliseconds. */
export interface Amp0Deadlines {
  /** To connect, and for each call; 20,000 unless said. */
  call?: number;
  /** For a cosignature; 30,000 unless said. */
  cosign?: number;
  /** Between the pings that keep a login alive; 20,000 unless said. */
  ping?: number;
}

export interface Amp0Account {
  pointer: number;
  /** GAID. */
  ampId: string;
  /** Account xpub from the owner's blob; null while the blob does not have it. */
  xpub: string | null;
  /** Confidential addresses that Green wants in advance, so that issuers can pay while the owner is away. */
  wantsAddresses: number;
}

export interface Amp0Credentials {
  username: string;
  password: string;
}

/**
 * A connection to Green. Every call has a deadline and fails with COSIGNER_TIMEOUT (silent server), COSIGNER_UNREACHABLE
 * (refused, closed), COSIGNER_UNAVAILABLE (in trouble), COSIGNER_ANSWER_INVALID (over-long or unreadable answer),
 * COSIGNER_UNAUTHORIZED (login) or COSIGNER_REFUSED with the server's words; afterwards it is closed and a new one is
 * made, except after COSIGNER_REFUSED.
 */
export interface Amp0Connection {
  readonly open: boolean;
  /** Registers the owner if need be and asks for a challenge. */
  challenge(keys: Amp0OwnerKeys): Promise<string>;
  /** @param signature DER, hex, over the challenge */
  login(keys: Amp0OwnerKeys, signature: string): Promise<Amp0Owner>;
  watchOnly(credentials: Amp0Credentials): Promise<Amp0Session>;
  onClose(listener: (reason: string) => void): void;
  close(): void;
}

/** What both kinds of login can do. */
export interface Amp0Session {
  /** The owner's path below Green's key, 32 steps. */
  readonly gaitPath: readonly number[];
  readonly accounts: readonly Amp0Account[];
  /** SLIP-77 key from the blob; null without one. */
  readonly masterBlindingKey: string | null;
  /** Fingerprint of the owner's root, if the blob tells it. */
  readonly fingerprint: string | null;
  /** Issues the next address of an account. The caller checks the script against the descriptor. */
  fund(pointer: number): Promise<{ index: number; witnessScript: string }>;
  /** Index of the last address that was issued; 0 before the first. Issues one where Green cannot tell otherwise. */
  lastIndex(pointer: number): Promise<number>;
  /** Confidential addresses that issuers may be given, in the order of their issue. */
  upload(pointer: number, addresses: readonly string[]): Promise<void>;
}

export interface Amp0Owner extends Amp0Session {
  /** Behind the highest pointer of an account, as other apps count too. */
  readonly nextPointer: number;
  /**
   * Creates the account and writes its xpub and blinding key into the blob. Answers the AMP ID. An account of this pointer
   * that is there already is taken up (an attempt may have broken off between the two); CONFLICT when it has another xpub.
   */
  createAccount(pointer: number, xpub: string): Promise<string>;
  /** Gives away the right to watch (not to spend). Replaces credentials made before. */
  createWatchOnly(credentials: Amp0Credentials): Promise<void>;
}

export interface Amp0Client {
  connect(): Promise<Amp0Connection>;
  /**
   * Green's signature. COSIGNER_REFUSED with the rule that forbids it; the same transaction may be sent again. What comes
   * back is not verified here.
   */
  cosign(form: {
    tx: string;
    nonces: readonly string[];
    scripts: readonly string[];
  }): Promise<{ tx: string }>;
}
