import { HARDENED } from './path.ts';
import type { LiquidNetwork } from './types.ts';

/** Prefix bytes and words of a network, as Elements' chain parameters have them. */
export interface NetworkFacts {
  /** SLIP-44, hardened in every path. */
  coinType: 1 | 1776;
  /** BIP32 version bytes. LWK, Jade and Elements write tpub for every network that is not Liquid itself. */
  privateVersion: number;
  publicVersion: number;
  /** Human-readable parts: bech32 of a plain address, blech32 of a confidential one. */
  plainPrefix: string;
  confidentialPrefix: string;
  /** First byte of a confidential base58 address. */
  confidentialByte: number;
  /** First bytes of plain base58 addresses: P2PKH and P2SH. */
  keyByte: number;
  scriptByte: number;
  /** libwally's number for the network. */
  wallyNetwork: number;
}

/** `AMP2` in ASCII, the purpose of ELIP-153's paths. */
export const ELIP153_PURPOSE = 0x414d_5032;

const TEST_VERSIONS = { coinType: 1, privateVersion: 0x0435_8394, publicVersion: 0x0435_87cf } as const;

export const NETWORKS: Readonly<Record<LiquidNetwork, NetworkFacts>> = {
  liquidv1: {
    coinType: 1776,
    privateVersion: 0x0488_ade4,
    publicVersion: 0x0488_b21e,
    plainPrefix: 'ex',
    confidentialPrefix: 'lq',
    confidentialByte: 12,
    keyByte: 57,
    scriptByte: 39,
    wallyNetwork: 3,
  },
  liquidtestnet: {
    ...TEST_VERSIONS,
    plainPrefix: 'tex',
    confidentialPrefix: 'tlq',
    confidentialByte: 23,
    keyByte: 36,
    scriptByte: 19,
    wallyNetwork: 5,
  },
  regtest: {
    ...TEST_VERSIONS,
    plainPrefix: 'ert',
    confidentialPrefix: 'el',
    confidentialByte: 4,
    keyByte: 235,
    scriptByte: 75,
    wallyNetwork: 4,
  },
};

const AMP2_PURPOSE = 87 + HARDENED;

/** AMP2's own guide has `87'/0'/0'` on Liquid, where SLIP-44 would have 1776. */
export function amp2Path(network: LiquidNetwork, account: number): number[] {
  return [AMP2_PURPOSE, (network === 'liquidv1' ? 0 : 1) + HARDENED, account + HARDENED];
}

/** Purposes whose second step is a coin type (BIP44 and its followers, ELIP-153). */
const WITH_COIN_TYPE = new Set(
  [44, 48, 49, 84, 86, 87, ELIP153_PURPOSE].map((purpose) => purpose + HARDENED),
);

/**
 * Whether a path says by its coin type that its keys are for another kind of network. AMP2's on Liquid are taken with either
 * number (see `amp2Path`; LWK writes 1776).
 */
export function isForeignPath(path: readonly number[], { coinType }: NetworkFacts): boolean {
  const [purpose = 0, coin] = path;
  if (!WITH_COIN_TYPE.has(purpose) || coin === coinType + HARDENED) return false;
  return !(coinType === 1776 && purpose === AMP2_PURPOSE && coin === HARDENED);
}
