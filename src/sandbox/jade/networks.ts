import type { Bytes } from '../crypto/index.ts';
import { fromDisplay } from '../crypto/index.ts';
import { DeviceError, CODE, badParameters } from './errors.ts';
import type { Params } from './params.ts';
import type { JadeNetworkName, NetworkKind } from './types.ts';

/** What the firmware knows of a Liquid network by heart: its addresses, its L-BTC, its first block. */
export interface LiquidNetwork {
  bech32: string;
  blech32: string;
  /** libwally's id. */
  wally: number;
  /** First byte of a confidential address in base58. */
  confidential: number;
  /** Asset id of L-BTC, display order. */
  policyAsset: string;
  /** Genesis hash in serialized order, as ELIP-101 puts it into a PSET. */
  genesis: Bytes;
}

const NETWORKS: readonly JadeNetworkName[] = [
  'mainnet',
  'testnet',
  'localtest',
  'liquid',
  'testnet-liquid',
  'localtest-liquid',
];

const LIQUID: Partial<Record<JadeNetworkName, LiquidNetwork>> = {
  liquid: {
    bech32: 'ex',
    blech32: 'lq',
    wally: 0x03,
    confidential: 12,
    policyAsset: '6f0279e9ed041c3d710a9f57d0c02928416460c4b722ae3457a11eec381c526d',
    genesis: fromDisplay('1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003'),
  },
  'testnet-liquid': {
    bech32: 'tex',
    blech32: 'tlq',
    wally: 0x05,
    confidential: 23,
    policyAsset: '144c654344aa716d6f3abcc1ca90e5641e4e2a7f633bc09fe3baf64585819a49',
    genesis: fromDisplay('a771da8e52ee6ad581ed1e9a99825e5b3b7992225534eaa2ae23244fe26ab1c1'),
  },
  'localtest-liquid': {
    bech32: 'ert',
    blech32: 'el',
    wally: 0x04,
    confidential: 4,
    policyAsset: '5ac9f65c0efcc4775e0baec4ec03abdde22473cd3cf33c0419ca290e0751b225',
    genesis: fromDisplay('00902a6b70c2ca83b5d9c815d96a0e2f4202179316970d14ea1847dae5b1ca21'),
  },
};

/** The network that a call names. Throws DeviceError for one that the firmware does not know. */
export function networkOf(params: Params): JadeNetworkName {
  const known = NETWORKS.find((one) => one === params['network']);
  if (!known) throw badParameters('Failed to extract valid network from parameters');
  return known;
}

export function isMainnet(network: JadeNetworkName): boolean {
  return network === 'mainnet' || network === 'liquid';
}

/** A wallet that was used on the main network is for that only, and the other way round. */
export function requireKind(network: JadeNetworkName, kind: NetworkKind): void {
  if (kind === 'ALL' || (kind === 'MAIN') === isMainnet(network)) return;
  throw new DeviceError(CODE.networkMismatch, 'Network type inconsistent with prior usage');
}

/** Throws DeviceError for Bitcoin's networks: only Liquid is simulated. */
export function liquidOf(network: JadeNetworkName): LiquidNetwork {
  const liquid = LIQUID[network];
  if (!liquid) throw badParameters('Only Liquid networks are simulated');
  return liquid;
}
