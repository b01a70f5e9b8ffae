import { ASSET, LBTC, coin, digest, madeUpRequest } from './made-up-pset.ts';
import type {
  BlindResult,
  Liquid,
  TreasuryPolicy,
  WalletPolicy,
  WatchedCoin,
  WatchedWallet,
} from '../../src/main/liquid/index.ts';
import { amount } from '../../src/shared/money.ts';

/** A single-key wallet, its addresses, and payments to it that nobody had to have coins for. */
export interface WatchedKit {
  wallet: WatchedWallet;
  policy: WalletPolicy;
  /** Raw transaction that pays these amounts of ASSET to those places. */
  payment(to: readonly { chain: 0 | 1; index: number; value: bigint }[]): Promise<string>;
  /** Raw transaction that spends a coin to itself (`back`) and to a stranger, and the PSET it comes from. */
  spend(
    of: WatchedCoin,
    utxoHex: string,
    back: { chain: 0 | 1; index: number; value: bigint },
  ): Promise<BlindResult & { hex: string }>;
}

let payments = 0;

/** Of the treasury's kind, from words. */
export async function watchedKit(liquid: Liquid, mnemonic: string, id = 'wallet'): Promise<WatchedKit> {
  const { single, fingerprint, masterBlindingKey } = await liquid.accountKeys({ mnemonic }, 'regtest');
  const policy: TreasuryPolicy = {
    network: 'regtest',
    threshold: 1,
    keys: [{ fingerprint, ...single }],
    masterBlindingKey,
  };
  const { ctDescriptor } = await liquid.descriptors(policy);
  return kitOf(liquid, ctDescriptor, policy, id);
}

/** Of any descriptor. */
export function kitOf(
  liquid: Liquid,
  descriptor: string,
  policy: WalletPolicy = { network: 'regtest', descriptor },
  id = 'wallet',
): WatchedKit {
  const place = async (chain: 0 | 1, index: number) => {
    const [address] = await liquid.addresses(policy, chain, index, 1);
    if (!address) throw new Error('no address');
    return address;
  };
  return {
    wallet: { id, network: 'regtest', policyAsset: LBTC, descriptor },
    policy,
    async payment(to) {
      const label = `payment ${(payments += 1)}`;
      const outputs = await Promise.all(
        to.map(async ({ chain, index, value }) => {
          const { script, blindingPubkey } = await place(chain, index);
          return { script, blindingPubkey, assetId: ASSET, value };
        }),
      );
      const total = to.reduce((sum, { value }) => sum + value, 0n);
      const made = madeUpRequest(
        [coin(ASSET, total, label), coin(LBTC, 500n, label)],
        [...outputs, { script: '', assetId: LBTC, value: 500n }],
      );
      return liquid.unsignedHex((await liquid.blind(made)).pset);
    },
    async spend(of, rawHex, back) {
      const fee = coin(LBTC, 500n, `fee of ${of.txid}`);
      const [paysFee] = (await liquid.factsOf(madeUpRequest([fee], []).pset)).inputs;
      if (!paysFee) throw new Error('no coin for the fee');
      const { script: foreign, assetCommitment, valueCommitment, txid, vout } = paysFee;
      const from = await place(of.chain, of.index);
      const own = await place(back.chain, back.index);
      const stranger = `0014${digest(of.txid).slice(0, 40)}`;
      const pset = await liquid.newPset(
        [
          { ...from, txid: of.txid, vout: of.vout, utxo: await liquid.coinOf(rawHex, of.vout) },
          {
            txid,
            vout,
            utxo: {
              asset: assetCommitment ?? '',
              value: valueCommitment ?? '',
              nonce: '00',
              script: foreign ?? '',
            },
            witnessScript: null,
            redeemScript: null,
            keys: [],
          },
        ],
        [
          { ...own, assetId: ASSET, value: amount(back.value) },
          {
            script: stranger,
            blindingPubkey: own.blindingPubkey,
            assetId: ASSET,
            value: amount(of.value - back.value),
          },
          { script: '', blindingPubkey: null, assetId: LBTC, value: amount(500n) },
        ],
      );
      const inputs = [of, { ...fee, txid, vout, value: amount(fee.value) }];
      const blinded = await liquid.blind({ pset, inputs, proveInputs: true });
      return { hex: await liquid.unsignedHex(blinded.pset), ...blinded };
    },
  };
}

/** What a wallet keeps of its scans, as custody would keep it. */
export class KeptUpdates {
  list: Uint8Array[] = [];
  readonly get = (): readonly Uint8Array[] => this.list;
}

export const totalOf = (coins: readonly WatchedCoin[], assetId = ASSET): bigint =>
  coins.filter((each) => each.assetId === assetId).reduce((sum, { value }) => sum + value, 0n);
