import { GREEN_ROOTS } from '../../src/main/liquid/index.ts';
import type { DescriptorPolicy, Liquid } from '../../src/main/liquid/types.ts';
import type { CustodyWalletPayload, SignRequest } from '../../src/main/signing/index.ts';
import { digest, LBTC } from './made-up-pset.ts';
import { GENESIS, SEEDS, type Payer } from './sign-request.ts';

export interface CustodyPayer extends Payer {
  policy: DescriptorPolicy;
  /** As it comes to a signer. */
  bundle: CustodyWalletPayload;
}

const GAIT_PATH = Array.from({ length: 32 }, (_, step) => 1000 + 7 * step);

/** A custody wallet of the first seed: an AMP0 account with Green, an AMP2 wallet with the second seed as its server, or alone. */
export async function madeUpWallet(
  liquid: Liquid,
  kind: CustodyWalletPayload['kind'],
): Promise<CustodyPayer> {
  const [own, server] = await Promise.all(
    SEEDS.slice(0, 2).map((seed) => liquid.custodyKeys(seed, 'regtest')),
  );
  if (!own || !server) throw new Error('there are no seeds');
  const { fingerprint, masterBlindingKey } = own;
  const descriptor = await made();
  const policy: DescriptorPolicy = { network: 'regtest', descriptor };
  const { id } = await liquid.readDescriptor(descriptor, 'regtest');
  return {
    policy,
    id,
    known: { treasuryId: id, policy, genesisHash: GENESIS, policyAsset: LBTC, last: null },
    bundle: {
      network: 'regtest',
      kind,
      name: 'Hot wallet',
      genesisHash: GENESIS,
      policyAsset: LBTC,
      descriptor,
    },
    async place(chain, index) {
      const [found] = await liquid.addresses(policy, chain, index, 1);
      if (!found) throw new Error('no address');
      return found;
    },
  };

  async function made(): Promise<string> {
    switch (kind) {
      case 'amp0':
        return liquid.amp0Descriptor({
          network: 'regtest',
          server: GREEN_ROOTS.regtest,
          gaitPath: GAIT_PATH,
          pointer: 1,
          user: { fingerprint, xpub: own?.amp0.accounts[0]?.xpub ?? '' },
          masterBlindingKey,
        });
      case 'amp2':
        return liquid.amp2Descriptor({
          network: 'regtest',
          server: `[${server?.fingerprint}/${server?.amp2[0].path}]${server?.amp2[0].xpub}`,
          user: { fingerprint, ...(own?.amp2[0] ?? { path: '', xpub: '' }) },
          blinding: { kind: 'slip77', key: digest('blinding of the AMP2 wallet') },
        });
      case 'single':
        return liquid.singleDescriptor(
          { fingerprint, ...(own?.single ?? { path: '', xpub: '' }) },
          masterBlindingKey,
          'regtest',
        );
    }
  }
}

/** The same request as a plain payment: it has recipients and no holders. */
export function asPayment(request: SignRequest): SignRequest {
  return {
    ...request,
    kind: 'send',
    allocation: request.allocation.map((row) => ({ ...row, holderId: 0, gaid: null })),
  };
}
