import { SluiceError } from '../../../shared/errors.ts';
import { amount } from '../../../shared/money.ts';
import type { EngineDeps } from '../context.ts';
import type { ReservationRecord } from '../records.ts';
import type { WantedOutput } from './build.ts';

/** Base units of L-BTC; above the node's dust limit, within what a batch's coins leave over. */
const SELF_PAYMENT = amount(1_000n);

interface FundRequest {
  held: readonly ReservationRecord[];
  wanted: readonly WantedOutput[];
  feeRate: string;
  feeAsset: string;
}

/**
 * Lets the node fund the wanted outputs from exactly the held coins. Inputs that cover an asset to the unit are refused
 * by Elements (“Insufficient funds”): then one output of that asset is left out of the request, comes back as change,
 * and is given its owner again.
 */
export async function fund(deps: EngineDeps, request: FundRequest): Promise<string> {
  const withheld: WantedOutput[] = [];
  for (const assetId of new Set(request.wanted.map((output) => output.assetId))) {
    const own = request.wanted.filter((output) => output.assetId === assetId);
    const brought = total(request.held.filter((coin) => coin.assetId === assetId));
    if (assetId !== request.feeAsset && brought === total(own)) {
      const last = own.at(-1);
      if (last) withheld.push(last);
    }
  }
  const outputs: { address: string; assetId: string; amount: WantedOutput['amount'] }[] =
    request.wanted.filter((output) => !withheld.includes(output));
  if (outputs.length === 0) {
    // A single payment of everything: the node wants at least one output, so the treasury pays itself a little L-BTC.
    outputs.push({
      address: await deps.wallet.newAddress(),
      assetId: request.feeAsset,
      amount: SELF_PAYMENT,
    });
  }
  const funded = await deps.wallet.fund({ inputs: request.held, outputs, feeRate: request.feeRate });
  let pset = funded.pset;
  for (const output of withheld) {
    const summary = await deps.liquid.inspectPset(pset);
    const asked = new Set(request.wanted.map((wanted) => wanted.script));
    const change = summary.outputs.find(
      (candidate) =>
        candidate.assetId === output.assetId && candidate.script !== '' && !asked.has(candidate.script),
    );
    if (!change || change.value !== output.amount) {
      throw new SluiceError(
        'PSET_INVALID',
        'The node did not return what was left out of the payment as change.',
        {
          next: 'Retry; nothing was signed.',
        },
      );
    }
    pset = await deps.liquid.redirectOutput(pset, {
      vout: change.vout,
      script: output.script,
      blindingPubkey: output.blindingPubkey,
    });
  }
  return pset;
}

function total(items: readonly { amount: bigint }[]): bigint {
  return items.reduce((sum, item) => sum + item.amount, 0n);
}
