export interface SandboxStartOptions {
  /** 0 or absent: any free port, likewise below. */
  ampPort?: number;
  /** Of the desk's way to the node: of the simulated one, or of what stands before the real one. */
  elementsPort?: number;
  controlPort?: number;
  greenPort?: number;
  amp2Port?: number;
  esploraPort?: number;
  /** Directory for everything that survives a restart; in memory when absent. */
  stateDir?: string;
  /** A block each so many seconds; 0 or absent: on demand only (or as last told). */
  blockSeconds?: number;
  /** What the world is derived from; default 1. A state directory keeps the one it began with. */
  seed?: number;
  /** A real Elements node in regtest, credentials included, instead of the simulated chain. */
  elementsUrl?: string;
  /** Default `issuer`: assets, holders and a past. `empty`: no more than the treasury wallet and L-BTC in it. */
  world?: 'issuer' | 'empty';
}

/** Where a running sandbox has its Jade. */
export interface JadeAccess {
  /** `127.0.0.1:port`; opened with `simulatedJadePort`. */
  address: string;
  /** Origin of the blind PIN oracle that it asks. */
  oracle: string;
}

/** The simulated Green server of AMP0 accounts. */
export interface GreenAccess {
  /** WAMP over WebSocket, `ws://127.0.0.1:port/v2/ws`. */
  url: string;
  /** Origin of POST /delayed_signature. */
  cosignUrl: string;
  /** Its root key, hex. */
  serverPubkey: string;
  serverChainCode: string;
}

/** The simulated AMP2 server. Its origin answers both forms: /wallets/… and /proxy/…. */
export interface Amp2Access {
  url: string;
  /** `[fingerprint/87h/1h/0h]tpub…` */
  serverKey: string;
  /** Bearer of its issuer. */
  issuerToken: string;
  /** Governed by it; all of them in the treasury wallet at first. */
  assets: { assetId: string; name: string; ticker: string; precision: number; group: string }[];
}

/** Esplora and waterfalls over the simulated chain, under one origin (no path). */
export interface EsploraAccess {
  url: string;
}

/** Where the sandbox listens and how to get in; the stand-alone entry prints it as its first line. */
export interface SandboxAccess {
  /** `url` ends in `/api`. */
  amp: { url: string; username: string; password: string };
  elements: { url: string; username: string; password: string; wallet: string };
  control: string;
  jade: JadeAccess;
  green: GreenAccess;
  amp2: Amp2Access;
  esplora: EsploraAccess;
  /** Valid GAIDs that nobody has registered yet. */
  gaids: string[];
}

export interface SandboxHandle extends SandboxAccess {
  /** Resolves when everything is closed. Closing twice is no fault. */
  close(): Promise<void>;
}
