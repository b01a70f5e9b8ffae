import type { Bytes } from '../crypto/index.ts';

export type JadeNetworkName =
  'mainnet' | 'testnet' | 'localtest' | 'liquid' | 'testnet-liquid' | 'localtest-liquid';

export type NetworkKind = 'MAIN' | 'TEST' | 'ALL';

export type JadeState = 'UNINIT' | 'UNSAVED' | 'LOCKED' | 'READY' | 'TEMP';

/** What the person in front of the device does. `pin` types the right PIN unless it names another. */
export type Deed =
  | { do: 'approve' }
  | { do: 'reject' }
  | { do: 'pin'; pin?: string }
  | { do: 'lock' }
  | { do: 'unplug' }
  | { do: 'plug' };

/** The person as a script: answers to the next prompts in order, then always the same, or nobody is there. */
export interface Person {
  answers: Deed[];
  /** `approve` also types the right PIN. */
  afterwards: 'approve' | 'reject' | 'wait';
  /** How long each answer takes, ms. */
  delayMs: number;
}

/** The host's end of the cable; the desk's transport has the same shape. */
export interface JadeCable {
  /** Rejects when the cable is out. */
  write(bytes: Bytes): Promise<void>;
  /** One listener; what came before it is given to it. */
  onData(listener: (bytes: Bytes) => void): void;
  /** One listener, called once; null when the host closed it itself. */
  onClose(listener: (reason: Error | null) => void): void;
  close(): Promise<void>;
}

/** What survives the loss of power, as text for a file. */
export interface Flash {
  load(): string | null;
  save(text: string): void;
}

/** The blind oracle that a device asks. */
export interface PinOracleAt {
  url: string;
  /** Compressed key, hex. */
  pubkey: string;
}

export interface SimulatedJadeOptions {
  /** BIP 39 words of the wallet. */
  mnemonic: string;
  /** What it is at first; `LOCKED` (with `pin`) needs the oracle. Default LOCKED with an oracle, READY without. */
  state?: JadeState;
  /** Default 123456. */
  pin?: string;
  /** `answer` is how a new device gets its PIN before anybody can ask the oracle for it. */
  oracle?: PinOracleAt & { answer(path: string, data: string): string | null };
  networks?: NetworkKind;
  /** Default 1.0.40. */
  firmware?: string;
  /** `DEV` has debug methods and does not ask whether to try the oracle again. Default `SB`. */
  features?: 'SB' | 'DEV';
  /** As `get_version_info` names it; default JADE_V2. */
  board?: string;
  /** Twelve hex digits. */
  mac?: string;
  person?: Partial<Person>;
  /** Whether the master blinding key is given out unasked; default false, as shipped. */
  silentBlindingKey?: boolean;
  /** Most bytes of one request; default 401 KiB. */
  maxRequest?: number;
  /** Largest piece in which its bytes reach the host; default unlimited. */
  piece?: number;
  /** Log messages before every reply, as builds with serial logging send them. */
  logs?: boolean;
  /** The firmware's fault: a signed PSET of a multiple of 3008 bytes restarts it. Default true. */
  chunkFault?: boolean;
  flash?: Flash;
  /** Milliseconds; for the pause that ends garbage. */
  now?: () => number;
}

/** The device as somebody in front of it sees it. */
export interface JadeView {
  plugged: boolean;
  locked: boolean;
  state: JadeState;
  /** Lines, from above. */
  screen: string[];
  waits: 'confirm' | 'pin' | null;
  /** The PIN that opens it. */
  pin: string;
}
