import type { Bytes } from '../crypto/index.ts';
import { wally, witnessProgram } from '../crypto/index.ts';
import type { LiquidNetwork } from './networks.ts';

/** The address of a script: confidential when a blinding key is given. */
export function addressOf(network: LiquidNetwork, script: Bytes, blindingPubkey: Bytes | null): string {
  if (witnessProgram(script)) {
    const plain = wally.addr_segwit_from_bytes(script, network.bech32, 0);
    return blindingPubkey
      ? wally.confidential_addr_from_addr_segwit(plain, network.bech32, network.blech32, blindingPubkey)
      : plain;
  }
  const plain = wally.scriptpubkey_to_address(script, network.wally);
  return blindingPubkey
    ? wally.confidential_addr_from_addr(plain, network.confidential, blindingPubkey)
    : plain;
}
