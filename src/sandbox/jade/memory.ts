import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Bytes } from '../crypto/index.ts';
import { concat, fromHex, toHex } from '../crypto/index.ts';
import type { MultisigRecord } from './records.ts';
import type { Flash, NetworkKind, PinOracleAt } from './types.ts';

interface Contents {
  /** The words, closed by the key that the oracle gives out for the right PIN; hex. Null without a wallet. */
  sealed: string | null;
  /** The device's key for the oracle, hex. */
  identity: string;
  /** Goes up with every request to the oracle. */
  counter: number;
  wrongPins: number;
  networks: NetworkKind;
  /** Null for the one that it was made with. */
  oracle: PinOracleAt | null;
  records: SavedRecord[];
}

type SavedRecord = Omit<MultisigRecord, 'masterBlindingKey' | 'signers'> & {
  masterBlindingKey: string | null;
  signers: { fingerprint: string; derivation: number[]; xpub: string; path: number[] }[];
};

const NONCE = 12;
const TAG = 16;

/** What the device keeps without power. */
export class Memory {
  readonly isNew: boolean;
  private readonly flash: Flash | null;
  private readonly contents: Contents;
  /** Read once: whoever compares records may do so by identity. */
  private registered: ReadonlyMap<string, MultisigRecord>;

  constructor(flash: Flash | undefined, networks: NetworkKind) {
    this.flash = flash ?? null;
    const saved = this.flash?.load() ?? null;
    this.isNew = saved === null;
    this.contents = saved === null ? empty(networks) : (JSON.parse(saved) as Contents);
    this.registered = recordsOf(this.contents);
  }

  get hasWallet(): boolean {
    return this.contents.sealed !== null;
  }

  get identity(): Bytes {
    return fromHex(this.contents.identity);
  }

  get networks(): NetworkKind {
    return this.contents.networks;
  }

  get oracle(): PinOracleAt | null {
    return this.contents.oracle;
  }

  nextCounter(): number {
    this.change({ counter: this.contents.counter + 1 });
    return this.contents.counter;
  }

  setNetworks(networks: NetworkKind): void {
    this.change({ networks });
  }

  setOracle(oracle: PinOracleAt | null): void {
    this.change({ oracle });
  }

  seal(mnemonic: string, key: Bytes): void {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const text = Buffer.concat([cipher.update(mnemonic, 'utf8'), cipher.final()]);
    this.change({ sealed: toHex(concat(nonce, cipher.getAuthTag(), text)), wrongPins: 0 });
  }

  /** The words; null for a key that does not fit, which is counted: the third one erases them. */
  unseal(key: Bytes | null): string | null {
    const mnemonic = key === null ? null : this.open(key);
    const wrongPins = mnemonic === null ? this.contents.wrongPins + 1 : 0;
    this.change({ wrongPins, ...(wrongPins >= 3 ? { sealed: null, wrongPins: 0 } : {}) });
    return mnemonic;
  }

  erase(): void {
    this.change({ sealed: null, wrongPins: 0, records: [], networks: 'ALL' });
  }

  records(): ReadonlyMap<string, MultisigRecord> {
    return this.registered;
  }

  keep(record: MultisigRecord): void {
    const others = this.contents.records.filter(({ name }) => name !== record.name);
    this.change({ records: [...others, saved(record)] });
  }

  private open(key: Bytes): string | null {
    const bytes = fromHex(this.contents.sealed ?? '');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const text = [decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()];
      return Buffer.concat(text).toString('utf8');
    } catch {
      return null;
    }
  }

  private change(changed: Partial<Contents>): void {
    Object.assign(this.contents, changed);
    if (changed.records) this.registered = recordsOf(this.contents);
    this.flash?.save(JSON.stringify(this.contents));
  }
}

function empty(networks: NetworkKind): Contents {
  return {
    sealed: null,
    identity: toHex(randomBytes(32)),
    counter: 0,
    wrongPins: 0,
    networks,
    oracle: null,
    records: [],
  };
}

function recordsOf({ records }: Contents): ReadonlyMap<string, MultisigRecord> {
  return new Map(records.map((record) => [record.name, restored(record)]));
}

function saved({ masterBlindingKey, signers, ...rest }: MultisigRecord): SavedRecord {
  return {
    ...rest,
    masterBlindingKey: masterBlindingKey === null ? null : toHex(masterBlindingKey),
    signers: signers.map((signer) => ({ ...signer, fingerprint: toHex(signer.fingerprint) })),
  };
}

function restored({ masterBlindingKey, signers, ...rest }: SavedRecord): MultisigRecord {
  return {
    ...rest,
    masterBlindingKey: masterBlindingKey === null ? null : fromHex(masterBlindingKey),
    signers: signers.map((signer) => ({ ...signer, fingerprint: fromHex(signer.fingerprint) })),
  };
}
