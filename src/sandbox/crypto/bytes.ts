import { createHash } from 'node:crypto';

export type Bytes = Uint8Array;

export const EMPTY: Bytes = new Uint8Array(0);
export const ZERO32: Bytes = new Uint8Array(32);

export function toHex(bytes: Bytes): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

const HEX = /^(?:[0-9a-fA-F]{2})*$/;

/** Throws SyntaxError for anything but pairs of hex digits. */
export function fromHex(hex: string): Bytes {
  if (!HEX.test(hex)) throw new SyntaxError('not hex');
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function reversed(bytes: Bytes): Bytes {
  return Uint8Array.from(bytes).reverse();
}

/** Hashes, asset ids and blinders are printed with their bytes reversed. */
export function toDisplay(bytes: Bytes): string {
  return toHex(reversed(bytes));
}

export function fromDisplay(hex: string): Bytes {
  return fromHex(hex).reverse();
}

export function concat(...parts: readonly Bytes[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function isZero(bytes: Bytes): boolean {
  return bytes.every((byte) => byte === 0);
}

export function sha256(...parts: readonly Bytes[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The double SHA-256 of txids, signature hashes and block hashes. */
export function sha256d(...parts: readonly Bytes[]): Bytes {
  return sha256(sha256(...parts));
}

export function hash160(bytes: Bytes): Bytes {
  return new Uint8Array(createHash('ripemd160').update(sha256(bytes)).digest());
}

export function u32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value >>> 0, true);
  return out;
}

export function u64(value: bigint): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value, true);
  return out;
}

/** Bitcoin's compact size. */
export function varint(value: number): Bytes {
  if (value < 0xfd) return Uint8Array.of(value);
  if (value <= 0xffff) return Uint8Array.of(0xfd, value & 0xff, value >> 8);
  return concat(Uint8Array.of(0xfe), u32(value));
}

export function varbytes(bytes: Bytes): Bytes {
  return concat(varint(bytes.length), bytes);
}

/** Thrown when bytes end early, go on too long or say something impossible. */
export class DecodeError extends Error {}

export class Reader {
  readonly bytes: Bytes;
  private readonly view: DataView;
  offset = 0;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get rest(): number {
    return this.bytes.length - this.offset;
  }

  take(length: number): Bytes {
    if (length > this.rest) throw new DecodeError('unexpected end of data');
    const out = this.bytes.slice(this.offset, this.offset + length);
    this.offset += length;
    return out;
  }

  u8(): number {
    const [byte] = this.take(1);
    return byte ?? 0;
  }

  u32(): number {
    if (this.rest < 4) throw new DecodeError('unexpected end of data');
    const value = this.view.getUint32(this.offset, true);
    this.offset += 4;
    return value;
  }

  u64(): bigint {
    if (this.rest < 8) throw new DecodeError('unexpected end of data');
    const value = this.view.getBigUint64(this.offset, true);
    this.offset += 8;
    return value;
  }

  /** Only the shortest form is allowed, as in the node. */
  varint(): number {
    const first = this.u8();
    if (first < 0xfd) return first;
    let value: number;
    let least: number;
    if (first === 0xfd) {
      const low = this.u8();
      value = low | (this.u8() << 8);
      least = 0xfd;
    } else if (first === 0xfe) {
      value = this.u32();
      least = 0x10000;
    } else {
      throw new DecodeError('a size beyond four bytes');
    }
    if (value < least) throw new DecodeError('non-canonical size');
    return value;
  }

  varbytes(): Bytes {
    return this.take(this.varint());
  }

  end(): void {
    if (this.rest !== 0) throw new DecodeError(`${this.rest} bytes too many`);
  }
}
