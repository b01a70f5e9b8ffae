import type { Bytes } from '../../crypto/index.ts';
import { fromDisplay } from '../../crypto/index.ts';
import { badParameters } from '../errors.ts';

interface Network {
  /** Asset id of L-BTC, display order, as the firmware has it. */
  policyAsset: string;
  /** Serialized order, as ELIP-101 puts it into a PSET. */
  genesis: Bytes;
}

/** The firmware knows three Liquid networks by heart; there is no other. */
const NETWORKS: Readonly<Record<string, Network>> = {
  liquid: {
    policyAsset: '6f0279e9ed041c3d710a9f57d0c02928416460c4b722ae3457a11eec381c526d',
    genesis: fromDisplay('1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003'),
  },
  'testnet-liquid': {
    policyAsset: '144c654344aa716d6f3abcc1ca90e5641e4e2a7f633bc09fe3baf64585819a49',
    genesis: fromDisplay('a771da8e52ee6ad581ed1e9a99825e5b3b7992225534eaa2ae23244fe26ab1c1'),
  },
  'localtest-liquid': {
    policyAsset: '5ac9f65c0efcc4775e0baec4ec03abdde22473cd3cf33c0419ca290e0751b225',
    genesis: fromDisplay('00902a6b70c2ca83b5d9c815d96a0e2f4202179316970d14ea1847dae5b1ca21'),
  },
};

/** Throws DeviceError for a network that is none of Liquid's. */
export function networkOf(name: string): Network {
  const network = NETWORKS[name];
  if (network) return network;
  throw badParameters('Network/psbt type mismatch');
}
