// Reads a bundle as docs/bundle-format.md describes it: node read-bundle.mjs FILE KEYS CARD
// KEYS: a JSON file {"box": base64 of the receiver's private X25519 key}. CARD: the sender's card as text.
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';

function fail(why) {
  throw new Error(why);
}

/** One value of deterministic CBOR, and nothing after it. */
function decode(bytes) {
  let at = 0;
  const take = (count) => (at + count > bytes.length ? fail('cut off') : bytes.subarray(at, (at += count)));
  const list = (count, next) =>
    count > bytes.length ? fail('cut off') : Array.from({ length: count }, next);
  function item() {
    const [head] = take(1);
    const [major, info] = [head >> 5, head & 31];
    if (major === 7) return info < 20 || info > 22 ? fail('type') : [false, true, null][info - 20];
    const size = info < 24 ? 0 : info < 28 ? 2 ** (info - 24) : fail('indefinite length');
    const whole = size === 0 ? BigInt(info) : BigInt(`0x${take(size).toString('hex')}`);
    if (size > 0 && whole < (size === 1 ? 24n : 1n << BigInt(size * 4))) fail('not the shortest form');
    const value = whole > Number.MAX_SAFE_INTEGER ? whole : Number(whole);
    if (major === 0) return value;
    if (major === 1) return -1n - whole;
    if (major === 2) return take(value);
    if (major === 3) return take(value).toString();
    if (major === 4) return list(value, item);
    return major === 5 ? Object.fromEntries(list(value, () => [item(), item()])) : fail('tag');
  }
  const value = item();
  return at === bytes.length ? value : fail('bytes after the end');
}

const hexBytes = (text) => Buffer.from(text, 'hex');
const der = (type, frame, key) => ({ format: 'der', type, key: Buffer.concat([hexBytes(frame), key]) });
const publicKey = (oid, key) => crypto.createPublicKey(der('spki', `302a300506032b65${oid}032100`, key));

const [file, keys, cardText] = process.argv.slice(2);
const bytes = readFileSync(file);
const [magic, header, sealed, signature] = decode(bytes);
const fields = decode(header);
if (magic !== 'sluice-bundle' || fields.v !== 1) fail('no bundle of version 1');
const card = decode(Buffer.from(cardText.slice('sluice1:'.length), 'base64url').subarray(0, -4));
if (!crypto.verify(null, bytes.subarray(0, -66), publicKey('70', card.sign), signature)) fail('altered');

const secret = Buffer.from(JSON.parse(readFileSync(keys)).box, 'base64');
const privateKey = crypto.createPrivateKey(der('pkcs8', '302e020100300506032b656e04220420', secret));
const box = crypto.createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
const shared = crypto.diffieHellman({ privateKey, publicKey: publicKey('6e', fields.ephemeral) });
const salt = Buffer.concat([fields.ephemeral, box]);
const k = Buffer.from(crypto.hkdfSync('sha256', shared, salt, 'sluice bundle 1', 44));
const cipher = crypto.createDecipheriv('aes-256-gcm', k.subarray(0, 32), k.subarray(32)).setAAD(header);
cipher.setAuthTag(sealed.subarray(-16));
const payload = decode(Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]));

const hex = (value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value);
const shown = (_key, value) => (typeof value === 'bigint' ? String(value) : hex(value));
console.log(JSON.stringify({ header: fields, payload }, shown, 2));
