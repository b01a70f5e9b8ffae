import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BIP39_WORDS } from '../../shared/bip39-words.ts';
import { network, role } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { decodeCanonical, encodeCanonical } from './cbor.ts';

/** What text of a card begins with; the number is the version of its contents. */
const PREFIX = 'sluice1:';
const CHECKSUM_BYTES = 4;
const WORDS = 8;

const publicKey = z.instanceof(Uint8Array).refine((key) => key.length === 32);

/** Names come from another machine and are shown where people decide: nothing invisible, nothing that turns text around. */
const shownName = z
  .string()
  .min(1)
  .max(60)
  .refine((name) => name === name.trim() && !/\p{C}/u.test(name));

/** A profile's name as a card may say it: without what is not seen. */
export function nameForCard(name: string): string {
  const unseen = /\p{C}/gu;
  // Again after cutting: half of a character is none.
  const seen = name.replace(unseen, '').slice(0, 60).replace(unseen, '').trim();
  return seen === '' ? 'Nameless' : seen;
}

const card = z.strictObject({
  v: z.literal(1),
  name: shownName,
  role,
  network,
  /** Ed25519. */
  sign: publicKey,
  /** X25519. */
  box: publicKey,
});
/** The public half of an identity. */
export type Card = z.output<typeof card>;

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const cardBytes = (given: Card): Uint8Array => encodeCanonical(given);

/** Throws when the bytes are no card. */
export const readCardBytes = (bytes: Uint8Array): Card => card.parse(decodeCanonical(bytes));

/** By what a bundle names its sender and its receiver: 16 bytes, hex. It follows from the keys and the role alone. */
export function peerIdOf(given: Pick<Card, 'sign' | 'box' | 'role'>): string {
  return sha256('sluice peer 1', given.sign, given.box, given.role).subarray(0, 16).toString('hex');
}

/** Eight words for the whole card, 88 bits: what two people compare once, one screen beside the other. */
export function wordsOf(given: Card): string {
  let bits = BigInt(`0x${sha256('sluice words 1', cardBytes(given)).subarray(0, 11).toString('hex')}`);
  const words: string[] = [];
  for (let left = WORDS; left > 0; left -= 1) {
    words.unshift(BIP39_WORDS[Number(bits & 2047n)] ?? '');
    bits >>= 11n;
  }
  return words.join(' ');
}

/** Whether two people read the same words, however they write them. */
export function sameWords(a: string, b: string): boolean {
  const plain = (words: string) =>
    words
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter(Boolean)
      .join(' ');
  return plain(a) === plain(b);
}

function checksum(bytes: Uint8Array): Buffer {
  return sha256(PREFIX, bytes).subarray(0, CHECKSUM_BYTES);
}

/** The card as text, to be shown as a QR code or pasted. */
export function cardText(given: Card): string {
  const bytes = cardBytes(given);
  return PREFIX + Buffer.concat([bytes, checksum(bytes)]).toString('base64url');
}

/** Reads a card's text; white space does not matter. Throws INVALID_ARGUMENT. */
export function parseCard(text: string): Card {
  const plain = text.replace(/\s+/g, '');
  if (!plain.startsWith(PREFIX)) {
    throw noCard(`A card begins with “${PREFIX}”. This is something else.`);
  }
  const encoded = plain.slice(PREFIX.length);
  const all = Buffer.from(encoded, 'base64url');
  const bytes = all.subarray(0, -CHECKSUM_BYTES);
  if (all.toString('base64url') !== encoded || !checksum(bytes).equals(all.subarray(-CHECKSUM_BYTES))) {
    throw noCard('The card is not complete, or a character of it is wrong.');
  }
  try {
    return readCardBytes(bytes);
  } catch (cause) {
    throw noCard('The card is intact, but this program cannot read what it says.', cause);
  }
}

function noCard(message: string, cause?: unknown): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, {
    next: 'Show the card on the other machine again, and scan or copy all of it.',
    field: 'card',
    cause,
  });
}
