import type { Bytes } from '../crypto/index.ts';
import { scriptType, wally, witnessProgram } from '../crypto/index.ts';

/** The regtest prefixes of Elements. */
const BECH32 = 'ert';
const BLECH32 = 'el';
const NETWORK = 0x04;
const CONFIDENTIAL_PREFIX = 0x04;

export interface Address {
  script: Bytes;
  /** 33 bytes, or null for an unconfidential address. */
  blindingPubkey: Bytes | null;
  unconfidential: string;
}

/** Null for anything that is no address of this chain. */
export function decodeAddress(text: string): Address | null {
  try {
    const lower = text.toLowerCase();
    if (lower.startsWith(`${BLECH32}1`)) {
      const plain = wally.confidential_addr_to_addr_segwit(text, BLECH32, BECH32);
      const key = wally.confidential_addr_segwit_to_ec_public_key(text, BLECH32);
      return {
        script: Uint8Array.from(wally.addr_segwit_to_bytes(plain, BECH32, 0)),
        blindingPubkey: Uint8Array.from(key),
        unconfidential: plain,
      };
    }
    if (lower.startsWith(`${BECH32}1`)) {
      return {
        script: Uint8Array.from(wally.addr_segwit_to_bytes(text, BECH32, 0)),
        blindingPubkey: null,
        unconfidential: lower,
      };
    }
    return decodeBase58(text);
  } catch {
    return null;
  }
}

function decodeBase58(text: string): Address | null {
  let plain = text;
  let blindingPubkey: Bytes | null;
  try {
    blindingPubkey = Uint8Array.from(wally.confidential_addr_to_ec_public_key(text, CONFIDENTIAL_PREFIX));
    plain = wally.confidential_addr_to_addr(text, CONFIDENTIAL_PREFIX);
  } catch {
    blindingPubkey = null;
  }
  const script = Uint8Array.from(wally.address_to_scriptpubkey(plain, NETWORK));
  return { script, blindingPubkey, unconfidential: plain };
}

/** The unconfidential address of a script, or null for one that has none. */
export function encodeAddress(script: Bytes): string | null {
  if (witnessProgram(script)) return wally.addr_segwit_from_bytes(script, BECH32, 0);
  const type = scriptType(script);
  if (type === 'pubkeyhash' || type === 'scripthash') return wally.scriptpubkey_to_address(script, NETWORK);
  return null;
}

export function confidentialAddress(script: Bytes, blindingPubkey: Bytes): string {
  const plain = encodeAddress(script);
  if (plain === null) throw new RangeError('a script without an address');
  return witnessProgram(script)
    ? wally.confidential_addr_from_addr_segwit(plain, BECH32, BLECH32, blindingPubkey)
    : wally.confidential_addr_from_addr(plain, CONFIDENTIAL_PREFIX, blindingPubkey);
}

/** Why a text is no address of this chain, in the node's words. */
export function addressError(text: string): string {
  const lower = text.toLowerCase();
  const prefix = lower.slice(0, Math.max(0, lower.lastIndexOf('1')));
  if (prefix === BECH32 || prefix === BLECH32) return 'Invalid checksum';
  if (['lq', 'tlq'].includes(prefix)) return 'Invalid prefix for Blech32 address';
  if (['ex', 'tex', 'bc', 'tb', 'bcrt'].includes(prefix)) return 'Invalid prefix for Bech32 address';
  return 'Invalid or unsupported Segwit (Bech32) or Base58 encoding.';
}

/** SLIP-77: the private key that blinds what is paid to a script. */
export function blindingKey(masterKey: Bytes, script: Bytes): Bytes {
  return Uint8Array.from(wally.asset_blinding_key_to_ec_private_key(wide(masterKey), script));
}

export function blindingPubkey(masterKey: Bytes, script: Bytes): Bytes {
  return Uint8Array.from(wally.asset_blinding_key_to_ec_public_key(wide(masterKey), script));
}

/** libwally wants the 64 bytes of the SLIP-21 node, of which only the second half is the key. */
function wide(masterKey: Bytes): Bytes {
  const out = new Uint8Array(64);
  out.set(masterKey, 32);
  return out;
}
