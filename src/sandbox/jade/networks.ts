import { DeviceError, CODE, badParameters } from './errors.ts';
import type { Params } from './params.ts';
import type { JadeNetworkName, NetworkKind } from './types.ts';

/** How a Liquid network writes addresses. */
export interface LiquidNetwork {
  bech32: string;
  blech32: string;
  /** libwally's id. */
  wally: number;
  /** First byte of a confidential address in base58. */
  confidential: number;
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
  liquid: { bech32: 'ex', blech32: 'lq', wally: 0x03, confidential: 12 },
  'testnet-liquid': { bech32: 'tex', blech32: 'tlq', wally: 0x05, confidential: 23 },
  'localtest-liquid': { bech32: 'ert', blech32: 'el', wally: 0x04, confidential: 4 },
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
