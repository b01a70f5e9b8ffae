import { createHash } from 'node:crypto';

/** Bytes of a hex text. The caller has checked that it is hex. The result owns its buffer (cheap to post to a thread). */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Txids, asset ids and blinders are printed in the reverse of the order in which they are serialized. */
export function fromDisplay(hex: string): Uint8Array {
  return fromHex(hex).reverse();
}

export function toDisplay(bytes: Uint8Array): string {
  return toHex(Uint8Array.from(bytes).reverse());
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function sha256d(bytes: Uint8Array): Uint8Array {
  const once = createHash('sha256').update(bytes).digest();
  return new Uint8Array(createHash('sha256').update(once).digest());
}

/** What a reader throws when the bytes are not what the format says. Callers turn it into words for a person. */
export class FormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormatError';
  }
}

/** Reads Bitcoin's little-endian serialization; every length is checked against what is there. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  /** A view of the next `length` bytes, not a copy. */
  take(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new FormatError(`ends at byte ${this.#bytes.length}, ${length - this.remaining} bytes too early`);
    }
    const start = this.offset;
    this.offset += length;
    return this.#bytes.subarray(start, this.offset);
  }

  u8(): number {
    const start = this.offset;
    this.take(1);
    return this.#view.getUint8(start);
  }

  u32(): number {
    const start = this.offset;
    this.take(4);
    return this.#view.getUint32(start, true);
  }

  i32(): number {
    return this.u32() | 0;
  }

  /** CompactSize; a longer form than needed is refused, because two encodings of one thing confuse comparisons. */
  compactSize(): number {
    const first = this.u8();
    if (first < 0xfd) return first;
    const width = first === 0xfd ? 2 : first === 0xfe ? 4 : 8;
    const start = this.offset;
    this.take(width);
    const value =
      width === 2
        ? this.#view.getUint16(start, true)
        : width === 4
          ? this.#view.getUint32(start, true)
          : Number(this.#view.getBigUint64(start, true));
    const least = width === 2 ? 0xfd : width === 4 ? 0x1_0000 : 0x1_0000_0000;
    if (value < least)
      throw new FormatError(`has a length that is not in its shortest form at byte ${start - 1}`);
    return value;
  }

  /** A CompactSize length and that many bytes. */
  sized(): Uint8Array {
    return this.take(this.compactSize());
  }
}

/** Collects byte strings; the mirror of ByteReader. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  /** Signed or unsigned 32 bits. */
  u32(value: number): this {
    return this.bytes(u32Bytes(value));
  }

  compactSize(value: number): this {
    if (value < 0xfd) return this.u8(value);
    if (value <= 0xffff) return this.bytes(Uint8Array.of(0xfd, value & 0xff, value >>> 8));
    return this.u8(0xfe).u32(value);
  }

  sized(bytes: Uint8Array): this {
    return this.compactSize(bytes.length).bytes(bytes);
  }

  result(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}

export function u32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  return bytes;
}

export function u64Bytes(value: bigint, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, littleEndian);
  return bytes;
}

export function u64From(bytes: Uint8Array, littleEndian: boolean): bigint {
  if (bytes.length !== 8) throw new FormatError(`has an amount of ${bytes.length} bytes instead of 8`);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, littleEndian);
}
