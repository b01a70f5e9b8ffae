import { readFileSync } from 'node:fs';
import { withChecksum } from '../../src/main/liquid/descriptor.ts';
import { GREEN_ROOTS } from '../../src/main/liquid/green-roots.ts';
import type { BlindingKey, CustodyKeys, Liquid, LiquidNetwork } from '../../src/main/liquid/types.ts';
import { SEEDS } from './treasury-pset.ts';

interface Vectors {
  elip151: { viewKey: string; view: string; elip151: string; firstAddress: string }[];
  elip151Invalid: string[];
  elip152: { description: string; network: LiquidNetwork; descriptor: string; wid: string }[];
  elip153: {
    description: string;
    network: LiquidNetwork;
    user: string;
    server: string;
    account: number;
    wid: string;
  }[];
  amp2: { server: string; publicBlindingKey: string; elip153: string };
}
/** What ELIPs and LWK publish. */
export const vectors = JSON.parse(
  readFileSync(new URL('../recordings/liquid/descriptors.json', import.meta.url), 'utf8'),
) as Vectors;

export const NETWORKS = ['liquidv1', 'liquidtestnet', 'regtest'] as const;
/** A made-up path at Green. */
export const GAIT = Array.from({ length: 32 }, (_, i) => (i * 2_111) % 65_536);
export const FORMS = [
  'single',
  'single in P2SH',
  'AMP2 with SLIP-77',
  'AMP2 with ELIP-151',
  'AMP2 with a view key',
  'AMP2 of ELIP-153',
  'a sorted multisig',
  'a multisig of one chain',
  'deeper branches',
  'AMP0',
] as const;

export interface CustodyForms {
  keys: CustodyKeys;
  server: string;
  /** Descriptors of every form, by name. */
  forms: Record<(typeof FORMS)[number], string>;
}

const bodyOf = (descriptor: string): string => descriptor.split('#')[0] ?? '';

/** A cosigner's key for a network: testnets share AMP2's published one. */
async function serverFor(liquid: Liquid, network: LiquidNetwork): Promise<string> {
  if (network !== 'liquidv1') return vectors.amp2.server;
  const { fingerprint, amp2 } = await liquid.custodyKeys({ mnemonic: SEEDS.zoo }, network);
  return `[${fingerprint}/${amp2[0].path}]${amp2[0].xpub}`;
}

/** The custody wallets of a seed that guards nothing. */
export async function custodyForms(liquid: Liquid, network: LiquidNetwork): Promise<CustodyForms> {
  const seed = { mnemonic: SEEDS.abandon };
  const keys = await liquid.custodyKeys(seed, network);
  const { fingerprint, masterBlindingKey } = keys;
  const server = await serverFor(liquid, network);
  const amp2 = (blinding: BlindingKey | null): Promise<string> =>
    liquid.amp2Descriptor({ network, server, user: { fingerprint, ...keys.amp2[0] }, blinding });
  const wpkh = await liquid.singleDescriptor({ fingerprint, ...keys.single }, masterBlindingKey, network);
  const slip77 = await amp2({ kind: 'slip77', key: masterBlindingKey });
  const wrapped = bodyOf(wpkh).replace(/elwpkh\((.*)\)\)$/, 'elsh(wpkh($1)))');
  return {
    keys,
    server,
    forms: {
      single: wpkh,
      'single in P2SH': withChecksum(wrapped),
      'AMP2 with SLIP-77': slip77,
      'AMP2 with ELIP-151': await amp2(null),
      'AMP2 with a view key': await amp2({ kind: 'view', key: masterBlindingKey }),
      'AMP2 of ELIP-153': await liquid.amp2Elip153(seed, network, 0, server),
      'a sorted multisig': withChecksum(bodyOf(slip77).replace('multi(', 'sortedmulti(')),
      'a multisig of one chain': withChecksum(bodyOf(slip77).replaceAll('<0;1>', '7/8')),
      'deeper branches': withChecksum(bodyOf(slip77).replaceAll('<0;1>', '5/<0;1>')),
      AMP0: await liquid.amp0Descriptor({
        network,
        server: GREEN_ROOTS[network],
        gaitPath: GAIT,
        pointer: 3,
        user: { fingerprint, xpub: keys.amp0.accounts[2]?.xpub ?? '' },
        masterBlindingKey,
      }),
    },
  };
}
