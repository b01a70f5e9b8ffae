import { ASSET, LBTC, coin, digest, madeUpRequest } from './made-up-pset.ts';
import type { MadeUpCoin } from './made-up-pset.ts';
import { toHex } from '../../src/main/liquid/bytes.ts';
import { parseTransaction } from '../../src/main/liquid/transaction.ts';
import { newPset } from '../../src/main/liquid/new-pset.ts';
import type { Liquid, TreasuryPolicy, WatchedCoin, WatchedWallet } from '../../src/main/liquid/index.ts';
import { amount } from '../../src/shared/money.ts';

/** A single-key wallet, its addresses, and payments to it that nobody had to have coins for. */
export interface WatchedKit {
  wallet: WatchedWallet;
  policy: TreasuryPolicy;
  mnemonic: string;
  /** Raw transaction that pays these amounts of ASSET to those places. */
  payment(to: readonly { chain: 0 | 1; index: number; value: bigint }[]): Promise<string>;
  /** Raw transaction that spends a coin to itself (`back`) and to a stranger, and the PSET it comes from. */
  spend(
    of: WatchedCoin,
    utxoHex: string,
    back: { chain: 0 | 1; index: number; value: bigint },
  ): Promise<string>;
}

let payments = 0;

export async function watchedKit(liquid: Liquid, mnemonic: string, id = 'wallet'): Promise<WatchedKit> {
  const { single, fingerprint, masterBlindingKey } = await liquid.accountKeys({ mnemonic }, 'regtest');
  const policy: TreasuryPolicy = {
    network: 'regtest',
    threshold: 1,
    keys: [{ fingerprint, ...single }],
    masterBlindingKey,
  };
  const { ctDescriptor } = await liquid.descriptors(policy);
  const place = async (chain: 0 | 1, index: number) => {
    const [address] = await liquid.addresses(policy, chain, index, 1);
    if (!address) throw new Error('no address');
    return address;
  };
  return {
    wallet: { id, network: 'regtest', policyAsset: LBTC, descriptor: ctDescriptor },
    policy,
    mnemonic,
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
    async spend(of, utxoHex, back) {
      const fee: MadeUpCoin = coin(LBTC, 500n, `fee of ${of.txid}`);
      const feeInput = madeUpRequest([fee], [{ script: '', assetId: LBTC, value: 500n }]);
      const spent = parseTransaction(new Uint8Array(Buffer.from(utxoHex, 'hex'))).outputs[of.vout];
      if (!spent) throw new Error('no such output');
      const utxo = {
        asset: toHex(spent.asset),
        value: toHex(spent.value),
        nonce: toHex(spent.nonce),
        script: of.script,
      };
      const [feeFacts] = (await liquid.factsOf(feeInput.pset)).inputs;
      if (!feeFacts) throw new Error('no fee input');
      const own = await place(back.chain, back.index);
      const stranger = { script: `0014${digest(of.txid).slice(0, 40)}`, blindingPubkey: own.blindingPubkey };
      const pset = newPset(
        [
          { txid: of.txid, vout: of.vout, utxo },
          {
            txid: feeFacts.txid,
            vout: feeFacts.vout,
            utxo: {
              asset: feeFacts.assetCommitment ?? '',
              value: feeFacts.valueCommitment ?? '',
              nonce: '00',
              script: feeFacts.script ?? '',
            },
          },
        ],
        [
          { script: own.script, blindingPubkey: own.blindingPubkey, assetId: ASSET, value: back.value },
          { ...stranger, assetId: ASSET, value: of.value - back.value },
          { script: '', assetId: LBTC, value: 500n },
        ],
      );
      const blinded = await liquid.blind({
        pset,
        inputs: [
          { ...of, txid: of.txid, vout: of.vout },
          { txid: feeFacts.txid, vout: feeFacts.vout, ...fee, value: amount(fee.value) },
        ],
      });
      return liquid.unsignedHex(blinded.pset);
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
