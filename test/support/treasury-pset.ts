import { fromDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import { newPset } from '../../src/main/liquid/new-pset.ts';
import type { NewDerivation, NewOutput } from '../../src/main/liquid/new-pset.ts';
import { readPath } from '../../src/main/liquid/path.ts';
import type {
  BlindResult,
  DerivedAddress,
  InputSecrets,
  Liquid,
  LiquidNetwork,
  Seed,
  TreasuryPolicy,
} from '../../src/main/liquid/types.ts';
import { wally } from '../../src/main/liquid/wally.ts';
import { amount } from '../../src/shared/money.ts';
import { ASSET, coin, digest, holder, LBTC } from './made-up-pset.ts';

/** Words that guard nothing: BIP39's test vectors, and those of the recorded Jade. */
export const SEEDS = {
  abandon: `${'abandon '.repeat(11)}about`,
  legal: 'legal winner thank year wave sausage worth useful legal winner thank yellow',
  zoo: `${'zoo '.repeat(11)}wrong`,
  jade:
    'fish inner face ginger orchard permit useful method fence kidney chuckle party favorite sunset draw limb ' +
    'science crane oval letter slot invite sadness banana',
} as const;

/** A treasury of these seeds: one key of BIP84, or a multisig of BIP48 keys with the blinding key of the first. */
export async function treasuryOf(
  liquid: Liquid,
  threshold: number,
  seeds: readonly Seed[],
  network: LiquidNetwork = 'regtest',
): Promise<TreasuryPolicy> {
  const accounts = await Promise.all(seeds.map((seed) => liquid.accountKeys(seed, network)));
  const kind = accounts.length === 1 ? 'single' : 'multi';
  return {
    network,
    threshold,
    keys: accounts.map((account) => ({ fingerprint: account.fingerprint, ...account[kind] })),
    masterBlindingKey: accounts[0]?.masterBlindingKey ?? '',
  };
}

/** The keys of an address with their origins, as a node writes them into a PSET. */
export function derivationsOf(policy: TreasuryPolicy, chain: 0 | 1, index: number): NewDerivation[] {
  return policy.keys.map(({ fingerprint, path, xpub }) => {
    const key = wally.bip32_key_from_parent_path(wally.bip32_key_from_base58(xpub), [chain, index], 1);
    return {
      pubkey: toHex(wally.bip32_key_get_pub_key(key)),
      fingerprint,
      path: [...(readPath(path) ?? []), chain, index],
    };
  });
}

export interface TreasuryPset extends BlindResult {
  policy: TreasuryPolicy;
  inputs: InputSecrets[];
  change: DerivedAddress[];
}

/**
 * A blinded distribution out of a treasury: `recipients` holders, change of asset and L-BTC (`lbtc`: made up, or a
 * network's own), the fee.
 */
export async function treasuryDistribution(
  liquid: Liquid,
  policy: TreasuryPolicy,
  recipients = 2,
  lbtc = LBTC,
): Promise<TreasuryPset> {
  const [own, change] = await Promise.all([
    liquid.addresses(policy, 0, 0, 2),
    liquid.addresses(policy, 1, 0, 2),
  ]);
  const paid = Array.from({ length: recipients }, (_, n): NewOutput => {
    const { script, blindingPubkey } = holder(n);
    return { script, blindingPubkey, assetId: ASSET, value: 100_000_000n + BigInt(n) };
  });
  const total = paid.reduce((sum, { value }) => sum + value, 0n);
  const coins = [coin(ASSET, total + 5_000n, 'asset'), coin(lbtc, 100_000n, 'lbtc')];
  const inputs = coins.map((made, vout): InputSecrets => ({
    ...made,
    txid: digest(`funding ${vout}`),
    vout,
    value: amount(made.value),
  }));
  const unblinded = newPset(
    inputs.map(({ txid, vout, assetId, value, assetBlinder, amountBlinder }, i) => {
      const generator = wally.asset_generator_from_bytes(fromDisplay(assetId), fromDisplay(assetBlinder));
      const commitment = wally.asset_value_commitment(value, fromDisplay(amountBlinder), generator);
      const { script, witnessScript } = own[i] as DerivedAddress;
      return {
        txid,
        vout,
        utxo: { asset: toHex(generator), value: toHex(commitment), nonce: '00', script },
        ...(witnessScript === null ? {} : { witnessScript }),
        derivations: derivationsOf(policy, 0, i),
      };
    }),
    [
      ...paid,
      ...change.map(({ script, blindingPubkey, index }, i): NewOutput => ({
        script,
        blindingPubkey,
        assetId: i === 0 ? ASSET : lbtc,
        value: i === 0 ? 5_000n : 90_000n,
        derivations: derivationsOf(policy, 1, index),
      })),
      { script: '', assetId: lbtc, value: 10_000n },
    ],
  );
  return { ...(await liquid.blind({ pset: unblinded, inputs })), policy, inputs, change };
}
