import { z } from 'zod';
import { amount, type Amount } from '../money.ts';

/** Base units: text of digits on the wire, `Amount` in memory. */
export const amountCodec = z.codec(
  z.string().regex(/^-?\d{1,20}$/, 'an amount is written as whole base units, digits only'),
  z.custom<Amount>((value) => typeof value === 'bigint', 'an amount is a bigint of base units'),
  { decode: (text) => amount(BigInt(text)), encode: (value) => value.toString() },
);

export const nothing = z.strictObject({});
export const done = z.object({});

/** Milliseconds since 1970, UTC. */
export const timestamp = z.number().int();
export const id = z.string().min(1).max(64);
export const assetUuid = z.uuid();
export const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
export const txid = hex32;
export const direction = z.enum(['asc', 'desc']);
/** A file that a person chose, as base64 of its bytes: its encoding is found out where it is read. */
export const fileContent = z.base64().max(96 * 1024 * 1024);
export const textFile = z.object({ fileName: z.string(), content: z.string() });

export const page = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) };
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row), total: z.number().int() });
}
export function sortBy<const K extends readonly [string, ...string[]]>(keys: K) {
  return z.strictObject({ by: z.enum(keys), direction }).optional();
}

/** A verdict on one thing that was looked at. */
export const verdict = z.enum(['good', 'waiting', 'attention', 'wrong']);

export const asset = z.object({
  assetUuid,
  assetId: hex32,
  name: z.string(),
  ticker: z.string().nullable(),
  precision: z.number().int().min(0).max(8),
  domain: z.string().nullable(),
  issuerPubkey: z.string().nullable(),
  reissuanceTokenId: hex32.nullable(),
  requirements: z.array(z.number().int()),
  isRegistered: z.boolean(),
  isAuthorized: z.boolean(),
  isLocked: z.boolean(),
  transferRestricted: z.boolean(),
});
export type Asset = z.output<typeof asset>;

export const categoryRef = z.object({ id: z.number().int(), name: z.string() });

export const holder = z.object({
  id: z.number().int(),
  name: z.string(),
  gaid: z.string().nullable(),
  isCompany: z.boolean(),
  categories: z.array(categoryRef),
});
export type Holder = z.output<typeof holder>;

/**
 * A file being imported. It is kept at the desk until every row is right and the person commits it; nothing is applied
 * before that.
 */
export const importSummary = z.object({
  id,
  kind: z.enum(['holders', 'allocation']),
  fileName: z.string(),
  delimiter: z.string(),
  encoding: z.string(),
  columns: z.array(z.string()),
  counts: z.object({
    total: z.number().int(),
    good: z.number().int(),
    wrong: z.number().int(),
    duplicate: z.number().int(),
  }),
  /** Set when the same bytes were committed before. */
  importedBefore: timestamp.nullable(),
  createdAt: timestamp,
  committedAt: timestamp.nullable(),
});
export type ImportSummary = z.output<typeof importSummary>;

export const importRow = z.object({
  /** Line of the file at which the record begins, counted from 1. */
  line: z.number().int(),
  status: z.enum(['good', 'wrong', 'duplicate']),
  /** What the file says, by column. */
  cells: z.record(z.string(), z.string()),
  problems: z.array(z.object({ column: z.string().nullable(), message: z.string() })),
});
export type ImportRow = z.output<typeof importRow>;
