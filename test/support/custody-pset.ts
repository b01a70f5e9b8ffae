import { fromDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import { withChecksum } from '../../src/main/liquid/descriptor.ts';
import { loadLwk } from '../../src/main/liquid/lwk.ts';
import type {
  BlindedOutput,
  DescriptorPolicy,
  InputSecrets,
  Liquid,
  NewPsetOutput,
  SpentCoin,
} from '../../src/main/liquid/types.ts';
import { wally } from '../../src/main/liquid/wally.ts';
import { amount } from '../../src/shared/money.ts';
import { GAIT } from './custody-forms.ts';
import { ASSET, coin, digest, holder } from './made-up-pset.ts';
import { SEEDS } from './treasury-pset.ts';

const network = 'regtest' as const;
/** L-BTC as LWK has it on its regtest. */
export const LBTC = loadLwk().Network.regtestDefault().policyAsset().toString();
export const OWNER = SEEDS.abandon;
/** The server's words: of AMP2's key, and of the root that Green's half of an account is derived from. */
export const SERVER = SEEDS.zoo;
/** Fingerprint of the owner. */
export const OWN = '73c5da0a';

export interface CustodyPset {
  policy: DescriptorPolicy;
  pset: string;
  outputs: BlindedOutput[];
  inputs: InputSecrets[];
  coins: SpentCoin[];
}

/** A payment out of a custody wallet as the desk builds it: two coins, one recipient, change of both assets, the fee. */
export async function custodyPayment(
  liquid: Liquid,
  policy: DescriptorPolicy,
  lbtc = LBTC,
): Promise<CustodyPset> {
  const places = await liquid.addresses(policy, 0, 1, 2);
  const change = await liquid.addresses(policy, 1, 3, 2);
  const made = [coin(ASSET, 5_000n, 'custody asset'), coin(lbtc, 2_000n, 'custody lbtc')];
  const inputs = made.map((one, vout): InputSecrets => ({
    ...one,
    txid: digest(`custody ${vout}`),
    vout,
    value: amount(one.value),
  }));
  const coins = inputs.map((secrets, i): SpentCoin => {
    const generator = wally.asset_generator_from_bytes(
      fromDisplay(secrets.assetId),
      fromDisplay(secrets.assetBlinder),
    );
    const value = wally.asset_value_commitment(secrets.value, fromDisplay(secrets.amountBlinder), generator);
    const { script = '', witnessScript = null, redeemScript = null, keys = [] } = places[i] ?? {};
    return {
      txid: secrets.txid,
      vout: secrets.vout,
      utxo: { asset: toHex(generator), value: toHex(value), nonce: '00', script },
      witnessScript,
      redeemScript,
      keys,
    };
  });
  const back = change.map(({ script, blindingPubkey, keys }, i): NewPsetOutput => ({
    script,
    blindingPubkey,
    keys,
    assetId: i === 0 ? ASSET : lbtc,
    value: amount(i === 0 ? 4_000n : 1_900n),
  }));
  const { script, blindingPubkey } = holder(1);
  const pset = await liquid.newPset(coins, [
    { script, blindingPubkey, assetId: ASSET, value: amount(1_000n) },
    ...back,
    { script: '', assetId: lbtc, value: amount(100n), blindingPubkey: null },
  ]);
  return { policy, ...(await liquid.blind({ pset, inputs, proveInputs: true })), inputs, coins };
}

export type Kind = 'amp2' | 'amp0' | 'single' | 'wrapped';
export const KINDS: readonly Kind[] = ['amp2', 'amp0', 'single', 'wrapped'];

/** A payment out of one wallet of each kind. */
export async function custodyPayments(liquid: Liquid): Promise<Record<Kind, CustodyPset>> {
  const keys = await liquid.custodyKeys({ mnemonic: OWNER }, network);
  const server = await liquid.custodyKeys({ mnemonic: SERVER }, network);
  const { pubkey, chainCode } = await liquid.amp0Root(server.amp0.masterXpub, network);
  const { fingerprint, masterBlindingKey } = keys;
  const single = await liquid.singleDescriptor({ fingerprint, ...keys.single }, masterBlindingKey, network);
  const descriptors: Record<Kind, string> = {
    amp2: await liquid.amp2Descriptor({
      network,
      server: `[${server.fingerprint}/${server.amp2[0].path}]${server.amp2[0].xpub}`,
      user: { fingerprint, ...keys.amp2[0] },
      blinding: null,
    }),
    amp0: await liquid.amp0Descriptor({
      network,
      server: { pubkey, chainCode },
      gaitPath: GAIT,
      pointer: 1,
      user: { fingerprint, xpub: keys.amp0.accounts[0]?.xpub ?? '' },
      masterBlindingKey,
    }),
    single,
    wrapped: withChecksum((single.split('#')[0] ?? '').replace(/elwpkh\((.*)\)\)$/, 'elsh(wpkh($1)))')),
  };
  const made = await Promise.all(
    KINDS.map(
      async (kind) =>
        [kind, await custodyPayment(liquid, { network, descriptor: descriptors[kind] }, LBTC)] as const,
    ),
  );
  return Object.fromEntries(made) as Record<Kind, CustodyPset>;
}
