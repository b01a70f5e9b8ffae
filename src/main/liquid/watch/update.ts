import { ByteReader, ByteWriter, FormatError, equalBytes, toHex } from '../bytes.ts';
import { readTransaction } from '../transaction.ts';
import type { RawTransaction } from '../transaction.ts';

/**
 * What LWK finds in one scan, as it serializes it (lwk_wollet/src/update.rs): magic bytes, version, the status of the
 * wallet that it was made for, transactions, what opens our outputs, heights, transactions that are gone, times of blocks,
 * scripts and the header of the tip. Ids are hex in serialized order.
 */
export interface UpdateParts {
  txs: Map<string, { bytes: Uint8Array; transaction: RawTransaction }>;
  /** By outpoint (36 bytes, hex): asset, asset blinder, value, amount blinder (104 bytes). */
  openings: Map<string, Uint8Array>;
  /** Null while unconfirmed. */
  heights: Map<string, number | null>;
  gone: Set<string>;
  /** Seconds, by height. */
  times: Map<number, number>;
  /** By script, hex. */
  scripts: Map<string, WatchedScript>;
  /** Header as serialized. */
  tip: Uint8Array;
}

export interface WatchedScript {
  chain: number;
  index: number;
  blindingPubkey: Uint8Array;
}

const MAGIC = Uint8Array.of(0x89, 0x61, 0xb8, 0xc8);
/** The one that LWK 0.13 writes: with the wallet’s status and blinding keys. */
const VERSION = 2;
const UNCONFIRMED = 0xffff_ffff;
const OPENING_BYTES = 104;
const PUBKEY_BYTES = 33;
/** A status of 0 is LWK’s “not known”, and fits every wallet. */
const ANY_STATUS = new Uint8Array(8);

function times<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.compactSize();
  if (count > reader.remaining) throw new FormatError(`announces ${count} entries, more than it has bytes`);
  return Array.from({ length: count }, read);
}

const id = (reader: ByteReader): string => toHex(reader.take(32));

/** Throws FormatError for anything but an update of LWK 0.13. */
export function readUpdate(bytes: Uint8Array): UpdateParts {
  const reader = new ByteReader(bytes);
  if (!equalBytes(reader.take(4), MAGIC)) throw new FormatError('is no update of a watched wallet');
  const version = reader.u8();
  if (version !== VERSION) throw new FormatError(`is an update of version ${version} instead of ${VERSION}`);
  reader.take(8);
  const txs = times(reader, () => {
    const start = reader.offset;
    const transaction = readTransaction(reader);
    const raw = bytes.subarray(start, reader.offset);
    return [serializedTxid(transaction), { bytes: raw, transaction }] as const;
  });
  const openings = times(reader, () => [toHex(reader.take(36)), reader.take(OPENING_BYTES)] as const);
  const heights = times(reader, () => {
    const txid = id(reader);
    const height = reader.u32();
    return [txid, height === UNCONFIRMED ? null : height] as const;
  });
  const gone = times(reader, () => id(reader));
  const blockTimes = times(reader, () => [reader.u32(), reader.u32()] as const);
  const scripts = times(reader, () => {
    const script = toHex(reader.sized());
    const chain = reader.u8();
    const index = reader.u32();
    return [script, { chain, index, blindingPubkey: reader.take(PUBKEY_BYTES) }] as const;
  });
  return {
    txs: new Map(txs),
    openings: new Map(openings),
    heights: new Map(heights),
    gone: new Set(gone),
    times: new Map(blockTimes),
    scripts: new Map(scripts),
    tip: reader.take(reader.remaining),
  };
}

function serializedTxid(transaction: RawTransaction): string {
  return toHex(Uint8Array.from(Buffer.from(transaction.txid, 'hex')).reverse());
}

/** An update that fits whatever wallet it is applied to. */
export function writeUpdate(parts: UpdateParts): Uint8Array {
  const writer = new ByteWriter().bytes(MAGIC).u8(VERSION).bytes(ANY_STATUS);
  writer.compactSize(parts.txs.size);
  for (const { bytes } of parts.txs.values()) writer.bytes(bytes);
  writer.compactSize(parts.openings.size);
  for (const [outpoint, opening] of parts.openings) writer.bytes(hex(outpoint)).bytes(opening);
  writer.compactSize(parts.heights.size);
  for (const [txid, height] of parts.heights) writer.bytes(hex(txid)).u32(height ?? UNCONFIRMED);
  writer.compactSize(parts.gone.size);
  for (const txid of parts.gone) writer.bytes(hex(txid));
  writer.compactSize(parts.times.size);
  for (const [height, time] of parts.times) writer.u32(height).u32(time);
  writer.compactSize(parts.scripts.size);
  for (const [script, { chain, index, blindingPubkey }] of parts.scripts) {
    writer.sized(hex(script)).u8(chain).u32(index).bytes(blindingPubkey);
  }
  return writer.bytes(parts.tip).result();
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/**
 * What all of them make of an empty wallet together, oldest first. Transactions that the chain has dropped are left out
 * with everything about them: LWK keeps them, and takes the coins that they would have spent for spent.
 */
export function mergeUpdates(updates: readonly UpdateParts[]): UpdateParts {
  const last = updates.at(-1);
  if (last === undefined) throw new FormatError('are no updates at all');
  const merged: UpdateParts = {
    txs: new Map(updates.flatMap(({ txs }) => [...txs])),
    openings: new Map(updates.flatMap(({ openings }) => [...openings])),
    heights: new Map(),
    gone: new Set(),
    times: new Map(updates.flatMap((update) => [...update.times])),
    scripts: new Map(updates.flatMap(({ scripts }) => [...scripts])),
    tip: last.tip,
  };
  for (const { heights, gone } of updates) {
    for (const txid of gone) merged.heights.delete(txid);
    for (const [txid, height] of heights) merged.heights.set(txid, height);
  }
  for (const txid of merged.txs.keys()) if (!merged.heights.has(txid)) merged.txs.delete(txid);
  for (const outpoint of merged.openings.keys()) {
    if (!merged.txs.has(outpoint.slice(0, 64))) merged.openings.delete(outpoint);
  }
  const needed = new Set([...merged.heights.values(), tipHeight(last.tip)]);
  for (const height of merged.times.keys()) if (!needed.has(height)) merged.times.delete(height);
  return merged;
}

/** Height in a serialized header: version, two hashes and the time stand before it. */
export function tipHeight(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset, header.byteLength).getUint32(72, true);
}

const NOTHING: Omit<UpdateParts, 'tip'> = {
  txs: new Map(),
  openings: new Map(),
  heights: new Map(),
  gone: new Set(),
  times: new Map(),
  scripts: new Map(),
};

/** An update that makes known nothing but scripts. */
export function scriptsOnly(scripts: ReadonlyMap<string, WatchedScript>, tip: Uint8Array): Uint8Array {
  return writeUpdate({ ...NOTHING, scripts: new Map(scripts), tip });
}

/** An update that opens outputs of transactions that are known, and nothing else. */
export function openingsOnly(openings: ReadonlyMap<string, Uint8Array>, tip: Uint8Array): Uint8Array {
  return writeUpdate({ ...NOTHING, openings: new Map(openings), tip });
}
