import type { LiquidNetwork } from './types.ts';

/**
 * Green's root keys, from which it derives its half of every account (gdk's network parameters; LWK has the same). A
 * service that runs under another key has to be configured with it.
 */
export const GREEN_ROOTS: Readonly<Record<LiquidNetwork, { pubkey: string; chainCode: string }>> = {
  liquidv1: {
    pubkey: '02c408c3bb8a3d526103fb93246f54897bdd997904d3e18295b49a26965cb41b7f',
    chainCode: '02721cc509aa0c2f4a90628e9da0391b196abeabc6393ed4789dd6222c43c489',
  },
  liquidtestnet: {
    pubkey: '02c47d84a5b256ee3c29df89642d14b6ed73d17a2b8af0aca18f6f1900f1633533',
    chainCode: 'c660eec6d9c536f4121854146da22e02d4c91d72af004d41729b9a592f0788e5',
  },
  regtest: {
    pubkey: '036307e560072ed6ce0aa5465534fb5c258a2ccfbc257f369e8e7a181b16d897b3',
    chainCode: 'b60befcc619bb1c212732770fe181f2f1aa824ab89f8aab49f2e13e3a56f0f04',
  },
};
