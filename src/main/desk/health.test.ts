import { expect, it } from 'vitest';
import type { Profile, Settings } from '../../shared/contract/index.ts';
import { amount } from '../../shared/money.ts';
import type { Coin, ElementsNode, TreasuryWallet } from '../elements/index.ts';
import { createHealth, type HealthDeps } from './health.ts';

const LBTC = 'b2'.repeat(32);

/** How many batches the fees last for, by the desk of a treasury with this policy. */
async function batchesLeft(policy: HealthDeps['policy'], confirmed: bigint): Promise<number> {
  const away = () => Promise.reject(new Error('not asked for here'));
  const { service } = createHealth({
    amp: { info: away },
    node: {
      networkInfo: away,
      chainInfo: away,
      policyAsset: () => Promise.resolve(LBTC),
    } as unknown as ElementsNode,
    wallet: {
      coins: () => Promise.resolve([{ value: amount(confirmed) } as Coin]),
    } as unknown as TreasuryWallet,
    policy,
    settings: () => ({ recipientsPerBatch: 75, feeRate: '0.1', lowFeeFunds: amount(0n) }) as Settings,
    profile: { network: 'regtest' } as Profile,
    clock: () => 0,
    emit: () => undefined,
  });
  return (await service.get({}, { actor: 'person' })).fees.batchesLeft;
}

it('counts the batches that are left with the weight of the treasury’s own signatures', async () => {
  // Ten batches of a single key at 9,203 base units each; those of fifteen keys weigh more.
  expect(await batchesLeft(undefined, 92_030n)).toBe(10);
  expect(await batchesLeft({ threshold: 1, keys: 1, multisig: false }, 92_030n)).toBe(10);
  expect(await batchesLeft({ threshold: 2, keys: 3, multisig: true }, 92_030n)).toBe(9);
});
