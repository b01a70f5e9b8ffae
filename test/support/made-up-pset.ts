import { createHash } from 'node:crypto';
import { amount } from '../../src/shared/money.ts';
import { fromDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import { newPset } from '../../src/main/liquid/new-pset.ts';
import type { NewInput, NewOutput } from '../../src/main/liquid/new-pset.ts';
import type { BlindRequest, InputSecrets } from '../../src/main/liquid/types.ts';
import { wally } from '../../src/main/liquid/wally.ts';

/** A coin to spend: blinders as 32 bytes of hex in display order, zeros for an explicit one. */
export interface MadeUpCoin {
  assetId: string;
  value: bigint;
  assetBlinder: string;
  amountBlinder: string;
}

const ZERO = '00'.repeat(32);

/** 32 bytes of hex that depend on the label alone. */
export function digest(label: string): string {
  return createHash('sha256').update(label).digest('hex');
}

export const ASSET = digest('asset');
export const LBTC = digest('policy asset');

/** Holder `n`: script and a blinding key whose private half the test knows. */
export function holder(n: number): { script: string; blindingPubkey: string; blindingKey: Uint8Array } {
  const blindingKey = new Uint8Array(Buffer.from(digest(`holder ${n}`), 'hex'));
  const blindingPubkey = toHex(wally.ec_public_key_from_private_key(blindingKey));
  return { script: `0014${digest(`script ${n}`).slice(0, 40)}`, blindingPubkey, blindingKey };
}

export function coin(assetId: string, value: bigint, label: string): MadeUpCoin {
  return { assetId, value, assetBlinder: digest(`abf ${label}`), amountBlinder: digest(`vbf ${label}`) };
}

export function explicitCoin(assetId: string, value: bigint): MadeUpCoin {
  return { assetId, value, assetBlinder: ZERO, amountBlinder: ZERO };
}

function spend(made: MadeUpCoin, index: number): NewInput {
  const generator = wally.asset_generator_from_bytes(
    fromDisplay(made.assetId),
    fromDisplay(made.assetBlinder),
  );
  const committed = wally.asset_value_commitment(made.value, fromDisplay(made.amountBlinder), generator);
  const explicit = made.assetBlinder === ZERO && made.amountBlinder === ZERO;
  return {
    txid: digest(`funding ${index}`),
    vout: index,
    utxo: {
      asset: explicit ? `01${toHex(fromDisplay(made.assetId))}` : toHex(generator),
      value: explicit ? `01${made.value.toString(16).padStart(16, '0')}` : toHex(committed),
      nonce: '00',
      script: `0014${digest('treasury').slice(0, 40)}`,
    },
  };
}

/** A PSET that spends these coins, with the secrets of its inputs. */
export function madeUpRequest(coins: readonly MadeUpCoin[], outputs: readonly NewOutput[]): BlindRequest {
  const inputs = coins.map((made, vout): InputSecrets => {
    const { assetId, value, assetBlinder, amountBlinder } = made;
    return {
      txid: digest(`funding ${vout}`),
      vout,
      assetId,
      value: amount(value),
      assetBlinder,
      amountBlinder,
    };
  });
  return { pset: newPset(coins.map(spend), outputs), inputs };
}

/** A distribution as the desk builds it: `recipients` payments, change of the asset and of L-BTC, and the fee. */
export function distribution(recipients: number): BlindRequest {
  const paid = Array.from({ length: recipients }, (_, n): NewOutput => {
    const { script, blindingPubkey } = holder(n);
    return { script, blindingPubkey, assetId: ASSET, value: 100_000_000n + BigInt(n) };
  });
  const total = paid.reduce((rest, { value }) => rest + value, 0n);
  const { script, blindingPubkey } = holder(recipients);
  return madeUpRequest(
    [coin(ASSET, total + 5_000n, 'asset'), coin(LBTC, 100_000n, 'lbtc')],
    [
      ...paid,
      { script, blindingPubkey, assetId: ASSET, value: 5_000n },
      { script, blindingPubkey, assetId: LBTC, value: 90_000n },
      { script: '', assetId: LBTC, value: 10_000n },
    ],
  );
}
