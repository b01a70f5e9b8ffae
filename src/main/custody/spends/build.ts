import { SluiceError } from '../../../shared/errors.ts';
import { amount, type Amount } from '../../../shared/money.ts';
import { shuffled } from '../../liquid/index.ts';
import type {
  BlindedOutput,
  DerivedAddress,
  DescriptorPolicy,
  Liquid,
  NewPsetOutput,
  SpentCoin,
  WatchedCoin,
} from '../../liquid/index.ts';
import type { OutputRecord } from './records.ts';

/** A payment with what its address means. */
export interface Payee {
  position: number;
  script: string;
  blindingPubkey: string;
  value: Amount;
}

export interface Composition {
  policy: DescriptorPolicy;
  assetId: string;
  feeAsset: string;
  coins: readonly WatchedCoin[];
  payees: readonly Payee[];
  changes: readonly { assetId: string; value: Amount; place: DerivedAddress }[];
  fee: Amount;
}

export interface Built {
  /** Blinded, base64, without signatures. */
  pset: string;
  outputs: OutputRecord[];
}

export interface BuildDeps {
  liquid: Liquid;
  /** Raw transaction that a coin is from, hex; null when it was never seen. */
  transaction: (txid: string) => string | null;
}

type Draft = Omit<OutputRecord, 'vout' | 'assetBlinder' | 'amountBlinder' | 'ephemeralKey'> & {
  keys?: DerivedAddress['keys'];
};

/**
 * Makes the PSET of exactly these coins and outputs, in random order with the fee at the end, and blinds it. What comes
 * back is compared with what was asked for. Throws CHAIN_ANSWER_INVALID for a coin whose transaction does not fit,
 * PROOF_INVALID when something was not blinded as planned.
 */
export async function build({ liquid, transaction }: BuildDeps, of: Composition): Promise<Built> {
  const inputs: SpentCoin[] = [];
  for (const coin of of.coins) inputs.push(await spent(liquid, of.policy, coin, transaction(coin.txid)));
  const drafts: Draft[] = [
    ...shuffled([
      ...of.payees.map(({ position, script, blindingPubkey, value }): Draft => ({
        role: 'recipient',
        position,
        script,
        assetId: of.assetId,
        value,
        blindingPubkey,
      })),
      ...of.changes.map(({ assetId, value, place }): Draft => ({
        role: 'change',
        position: null,
        script: place.script,
        assetId,
        value,
        blindingPubkey: place.blindingPubkey,
        keys: place.keys,
      })),
    ]),
    { role: 'fee', position: null, script: '', assetId: of.feeAsset, value: of.fee, blindingPubkey: null },
  ];
  const pset = await liquid.newPset(
    inputs,
    drafts.map(({ script, assetId, value, blindingPubkey, keys }): NewPsetOutput => ({
      script,
      assetId,
      value,
      blindingPubkey,
      ...(keys ? { keys } : {}),
    })),
  );
  const blinded = await liquid.blind({
    pset,
    // LWK's second opinion reads what the wallet spends from these proofs.
    proveInputs: true,
    inputs: of.coins.map(({ txid, vout, assetId, value, assetBlinder, amountBlinder }) => ({
      txid,
      vout,
      assetId,
      value,
      assetBlinder,
      amountBlinder,
    })),
  });
  const secrets = new Map(blinded.outputs.map((output) => [output.vout, output]));
  return {
    pset: blinded.pset,
    outputs: drafts.map((draft, vout) => recordOf(draft, vout, secrets.get(vout))),
  };
}

/** A coin with everything that a signer has to see of it. */
async function spent(
  liquid: Liquid,
  policy: DescriptorPolicy,
  coin: WatchedCoin,
  hex: string | null,
): Promise<SpentCoin> {
  const { txid, vout, chain, index, script } = coin;
  if (hex === null) throw strange(coin, 'the transaction that it is from is not on this disk');
  const [{ txid: from, ...utxo }, [place]] = await Promise.all([
    liquid.coinOf(hex, vout),
    liquid.addresses(policy, chain, index, 1),
  ]);
  if (from !== txid || utxo.script !== script) throw strange(coin, 'its transaction says otherwise');
  if (!place || place.script !== script) throw strange(coin, 'this wallet does not derive its script');
  const { witnessScript, redeemScript, keys } = place;
  return { txid, vout, utxo, witnessScript, redeemScript, keys };
}

function recordOf({ keys: _keys, ...draft }: Draft, vout: number, secrets?: BlindedOutput): OutputRecord {
  if (draft.role === 'fee')
    return { ...draft, vout, assetBlinder: null, amountBlinder: null, ephemeralKey: null };
  const { script, assetId, value, blindingPubkey } = draft;
  const asPlanned =
    secrets?.script === script &&
    secrets.assetId === assetId &&
    secrets.value === value &&
    secrets.blindingPubkey === blindingPubkey;
  if (!asPlanned) {
    throw new SluiceError('PROOF_INVALID', `Output ${vout + 1} was not blinded as planned.`, {
      next: 'Prepare the payment again; nothing was signed.',
    });
  }
  const { assetBlinder, amountBlinder, ephemeralKey } = secrets;
  return { ...draft, value: amount(value), vout, assetBlinder, amountBlinder, ephemeralKey };
}

function strange({ txid, vout }: WatchedCoin, why: string): SluiceError {
  return new SluiceError('CHAIN_ANSWER_INVALID', `The coin ${txid}:${vout} cannot be spent: ${why}.`, {
    next: 'Scan the wallet again. If it stays so, find out what the chain access answers.',
  });
}
