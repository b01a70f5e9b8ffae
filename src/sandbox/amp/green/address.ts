import { concat, hash160, p2sh, toHex, wally } from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';

/** Version bytes of Elements' regtest. */
const P2PKH = 235;
const P2SH = 75;
const CONFIDENTIAL = 4;
const CHECKSUM = 1;

/** The hash in a base58 address of this chain with the given version, or null. */
function payload(address: string, version: number): Bytes | null {
  try {
    const bytes = Uint8Array.from(wally.base58_to_bytes(address, CHECKSUM));
    return bytes.length === 21 && bytes[0] === version ? bytes.slice(1) : null;
  } catch {
    return null;
  }
}

/** HASH160 of the key behind a P2PKH address, hex; null for any other text, other networks' addresses included. */
export function loginKeyHash(address: string): string | null {
  const hash = payload(address, P2PKH);
  return hash && toHex(hash);
}

/** HASH160 of a public key, hex. */
export function keyHashOf(pubkey: Bytes): string {
  return toHex(hash160(pubkey));
}

/** The unconfidential address of a P2SH script. */
export function plainAddress(script: Bytes): string {
  return wally.base58_from_bytes(concat(Uint8Array.of(P2SH), script.slice(2, 22)), CHECKSUM);
}

/** scriptPubKey (hex) of a confidential P2SH address of this chain; null for any other text. */
export function decodeConfidential(address: string): string | null {
  try {
    wally.confidential_addr_to_ec_public_key(address, CONFIDENTIAL);
    const hash = payload(wally.confidential_addr_to_addr(address, CONFIDENTIAL), P2SH);
    return hash && toHex(p2sh(hash));
  } catch {
    return null;
  }
}
