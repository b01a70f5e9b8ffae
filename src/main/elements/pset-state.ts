import { SluiceError } from '../../shared/errors.ts';

/** What a PSET says about its own progress: enough to refuse signing what is not blinded, and to see whether anybody signed. */
export interface PsetState {
  inputs: number;
  /** Signatures and finished scripts over all inputs. */
  signatures: number;
  /** Outputs that ask to be blinded and carry no commitment yet. */
  unblindedOutputs: number;
}

const MAGIC = 'pset\xff';

// Key types of BIP 174/370 and of Elements' PSET.
const GLOBAL_INPUT_COUNT = 0x04;
const GLOBAL_OUTPUT_COUNT = 0x05;
const SIGNATURE_KEYS: ReadonlySet<number> = new Set([0x02, 0x07, 0x08, 0x13, 0x14]);
const PROPRIETARY = 0xfc;
const OUT_VALUE_COMMITMENT = 0x01;
const OUT_ASSET_COMMITMENT = 0x03;
const OUT_BLINDING_PUBKEY = 0x06;

/**
 * Reads the key types of a PSET (base64), not its values. The node blinds with blinders of its own what it is asked to
 * sign unblinded, and answers 200 without any signature when it has none to give: both can be seen only here.
 * Throws PSET_INVALID.
 */
export function psetState(pset: string): PsetState {
  const reader = new Reader(Buffer.from(pset, 'base64'));
  if (reader.take(5).toString('latin1') !== MAGIC) throw unreadable();
  let inputs: number | null = null;
  let outputs: number | null = null;
  for (const { type, value } of reader.map()) {
    if (type === GLOBAL_INPUT_COUNT) inputs = new Reader(value).size();
    if (type === GLOBAL_OUTPUT_COUNT) outputs = new Reader(value).size();
  }
  if (inputs === null || outputs === null) throw unreadable();
  let signatures = 0;
  for (let i = 0; i < inputs; i++) {
    for (const { type } of reader.map()) if (SIGNATURE_KEYS.has(type)) signatures++;
  }
  let unblindedOutputs = 0;
  for (let i = 0; i < outputs; i++) {
    const elements = new Set<number>();
    for (const { type, key } of reader.map()) {
      const subtype = type === PROPRIETARY ? elementsSubtype(key) : null;
      if (subtype !== null) elements.add(subtype);
    }
    const blinded = elements.has(OUT_VALUE_COMMITMENT) && elements.has(OUT_ASSET_COMMITMENT);
    if (elements.has(OUT_BLINDING_PUBKEY) && !blinded) unblindedOutputs++;
  }
  return { inputs, signatures, unblindedOutputs };
}

/** Subtype of a proprietary key of the namespace "pset", else null. */
function elementsSubtype(key: Buffer): number | null {
  const reader = new Reader(key);
  reader.take(1);
  if (reader.take(reader.size()).toString('latin1') !== 'pset') return null;
  return reader.size();
}

function unreadable(): SluiceError {
  return new SluiceError('PSET_INVALID', 'The PSET cannot be read.', { next: 'Build the batch again.' });
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw unreadable();
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  /** Bitcoin's compact size; nothing in a PSET is longer than 32 bits can say. */
  size(): number {
    const first = this.take(1).readUInt8();
    if (first < 0xfd) return first;
    if (first === 0xfd) return this.take(2).readUInt16LE();
    if (first === 0xfe) return this.take(4).readUInt32LE();
    throw unreadable();
  }

  /** The entries of one map, up to and including its separator. */
  map(): { type: number; key: Buffer; value: Buffer }[] {
    const entries: { type: number; key: Buffer; value: Buffer }[] = [];
    for (let length = this.size(); length !== 0; length = this.size()) {
      const key = this.take(length);
      const value = this.take(this.size());
      entries.push({ type: new Reader(key).size(), key, value });
    }
    return entries;
  }
}
