import { expect, it } from 'vitest';
import type { Profile, Result, Settings } from '../../shared/contract/index.ts';
import { amount } from '../../shared/money.ts';
import type { Coin, ElementsNode, TreasuryWallet } from '../elements/index.ts';
import { createHealth, type HealthDeps } from './health.ts';

const LBTC = 'b2'.repeat(32);

interface Situation {
  policy?: HealthDeps['policy'];
  confirmed: bigint;
  lowFeeFunds?: bigint;
  held?: string[];
}

/** What a desk in this situation says of its fees. */
async function feesOf(of: Situation): Promise<Result<'health.get'>['fees']> {
  const away = () => Promise.reject(new Error('not asked for here'));
  const { service } = createHealth({
    amp: { info: away },
    node: {
      networkInfo: away,
      chainInfo: away,
      policyAsset: () => Promise.resolve(LBTC),
    } as unknown as ElementsNode,
    wallet: {
      coins: () => Promise.resolve([{ value: amount(of.confirmed) } as Coin]),
    } as unknown as TreasuryWallet,
    policy: of.policy,
    settings: () =>
      ({ recipientsPerBatch: 75, feeRate: '0.1', lowFeeFunds: amount(of.lowFeeFunds ?? 0n) }) as Settings,
    heldAssets: () => new Set(of.held),
    profile: { network: 'regtest' } as Profile,
    clock: () => 0,
    emit: () => undefined,
  });
  return (await service.get({}, { actor: 'person' })).fees;
}

it('counts the batches that are left with the weight of the treasury’s own signatures', async () => {
  const left = async (policy: HealthDeps['policy']) =>
    (await feesOf({ policy, confirmed: 92_030n })).batchesLeft;
  // Ten batches of a single key at 9,203 base units each; those of fifteen keys weigh more.
  expect(await left(undefined)).toBe(10);
  expect(await left({ threshold: 1, keys: 1, multisig: false })).toBe(10);
  expect(await left({ threshold: 2, keys: 3, multisig: true })).toBe(9);
});

it('asks for L-BTC when it runs out, and not while distributions under way hold it', async () => {
  const asset = 'a1'.repeat(32);
  expect(await feesOf({ confirmed: 0n, lowFeeFunds: 10n })).toMatchObject({ verdict: 'wrong' });
  expect(await feesOf({ confirmed: 5n, lowFeeFunds: 10n, held: [asset] })).toMatchObject({
    verdict: 'attention',
  });
  const held = await feesOf({ confirmed: 0n, lowFeeFunds: 10n, held: [asset, LBTC] });
  expect(held.verdict).toBe('waiting');
  expect(held.message).not.toContain('Send');
});
