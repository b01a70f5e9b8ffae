import type { Network } from '../../shared/contract/index.ts';

export const NETWORK_NAMES: Record<Network, string> = {
  sandbox: 'Sandbox (simulated)',
  regtest: 'Regtest',
  liquidtestnet: 'Liquid testnet',
  liquidv1: 'Liquid mainnet',
};
