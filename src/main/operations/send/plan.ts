import { createHash } from 'node:crypto';
import type { Args, PlainPaymentPlan, Settings } from '../../../shared/contract/index.ts';
import { amount, formatDecimal, formatGrouped, MAX_AMOUNT, sum, type Amount } from '../../../shared/money.ts';
import type { Coin } from '../../elements/types.ts';
import type { EngineDeps } from '../context.ts';
import { freeCoins } from '../transaction/reserve.ts';
import { check, signerCheck, syncCheck, type Check } from '../plan-checks.ts';
import { selectCoins } from '../planner.ts';
import { feeFor, weightOf, witnessOf } from '../size.ts';

/** An asset as a plain payment sees it. */
export interface PlainAsset {
  assetId: string;
  name: string;
  ticker: string | null;
  precision: number;
  /** AMP governs it, or it is the reissuance token of an asset that AMP governs. */
  governed: 'asset' | 'token' | null;
}

/** What the desk's registers say of assets and settings. */
export interface PaymentSources {
  plainAsset(assetId: string): Promise<PlainAsset>;
  settings(): Settings;
}

export type PaymentRequest = Pick<Args<'treasury.planSend'>, 'assetId' | 'recipients'>;

export interface PreparedPayment {
  plan: PlainPaymentPlan;
  asset: PlainAsset;
}

/** What confirms an irreversible act with an asset: its ticker, or the first six digits of its id. */
export function confirmationOf({ ticker, assetId }: Pick<PlainAsset, 'ticker' | 'assetId'>): string {
  return ticker ?? assetId.slice(0, 6);
}

/**
 * Works a plain payment out without doing anything: the asset must not be AMP's, every address confidential and of this
 * network, and the treasury's free confirmed coins must cover amounts and fee.
 */
export async function preparePayment(
  deps: EngineDeps,
  sources: PaymentSources,
  { assetId, recipients }: PaymentRequest,
): Promise<PreparedPayment> {
  const settings = sources.settings();
  const [asset, free, chain] = await Promise.all([
    sources.plainAsset(assetId),
    freeCoins({ deps }),
    deps.node.chainInfo(),
  ]);
  const witness = witnessOf(deps.signer.policy);
  const total = sum(recipients.map((recipient) => recipient.amount));
  const funding = fund(free, assetId, total, recipients.length, settings.feeRate, witness);
  const before = sum(free.coins.filter((coin) => coin.assetId === assetId).map((coin) => coin.value));
  const ownFee = assetId === free.feeAsset ? funding.fee : 0n;
  const text = (value: bigint): string =>
    `${formatGrouped(value, asset.precision)} ${asset.ticker ?? asset.name}`;

  const checks: Check[] = [
    governedCheck(asset),
    ...(await addressChecks(deps, recipients)),
    check(
      recipients.every(({ amount: each }) => each >= 1n && each <= MAX_AMOUNT) && total <= MAX_AMOUNT,
      'amounts',
      `${recipients.length === 1 ? 'One payment' : `${recipients.length} payments`}, ${text(total)} in all.`,
      'An amount is not between one base unit and the most that a transaction can carry.',
      'Correct the amount.',
    ),
    check(
      before >= total + ownFee,
      'treasury',
      `The treasury holds ${text(before)} in free confirmed coins.`,
      `The treasury holds ${text(before)} in free confirmed coins; ${text(total + ownFee)} are needed.`,
      'Wait until coins confirm or other operations end, or pay less.',
    ),
    check(
      funding.covered,
      'fees',
      `The fee of about ${formatDecimal(funding.fee, 8)} L-BTC is covered.`,
      `About ${formatDecimal(funding.fee, 8)} L-BTC are needed for the fee; the treasury’s free confirmed coins do not cover it.`,
      'Send L-BTC to the treasury and wait for one confirmation.',
    ),
    check(
      funding.fee <= settings.feeCeiling,
      'ceiling',
      `The fee is below the ceiling of ${formatDecimal(settings.feeCeiling, 8)} L-BTC.`,
      `The fee would be above the ceiling of ${formatDecimal(settings.feeCeiling, 8)} L-BTC.`,
      'Lower the fee rate or raise the ceiling in Settings.',
    ),
    syncCheck(chain),
    await signerCheck(deps),
  ];
  const plan: Omit<PlainPaymentPlan, 'fingerprint'> = {
    assetId,
    name: asset.name,
    ticker: asset.ticker,
    precision: asset.precision,
    total,
    fee: funding.fee,
    treasuryBefore: before,
    treasuryAfter: amount(before - total - ownFee),
    signer: deps.signer.kind,
    checks,
    ok: checks.every((item) => item.verdict !== 'wrong'),
  };
  return { asset, plan: { ...plan, fingerprint: fingerprintOf(plan, recipients, settings) } };
}

function governedCheck(asset: PlainAsset): Check {
  return check(
    asset.governed === null,
    'governed',
    `${asset.name} is not governed by AMP’s issuer API: nobody has to be told of the payment.`,
    asset.governed === 'token'
      ? `${asset.name} is the reissuance token of an asset that AMP governs; whoever has it can make more of the asset.`
      : `AMP governs ${asset.name}: a plain payment of it would be missing in AMP’s books.`,
    asset.governed === 'token'
      ? 'Keep it in the treasury; it moves only with a reissuance.'
      : 'Pay it with a distribution: register the account as a holder and allocate to it.',
  );
}

async function addressChecks(deps: EngineDeps, recipients: PaymentRequest['recipients']): Promise<Check[]> {
  const read = await Promise.all(recipients.map(({ address }) => deps.node.validateAddress(address)));
  const owned = await Promise.all(
    recipients.map(async ({ address }, i) =>
      read[i]?.valid === true ? (await deps.wallet.addressInfo(address)).isMine : false,
    ),
  );
  const invalid = read.findIndex(({ valid }) => !valid);
  const bare = read.findIndex(({ valid, blindingPubkey }) => valid && blindingPubkey === null);
  const own = owned.indexOf(true);
  const named = (index: number): string => `“${recipients[index]?.address ?? ''}”`;
  return [
    check(
      invalid < 0,
      'address',
      'Every address is one of this network.',
      `${named(invalid)} is no address of this network.`,
      'Copy it from the receiver again.',
    ),
    check(
      bare < 0,
      'confidential',
      'Every address is confidential.',
      `${named(bare)} is not confidential: everybody would see what it receives.`,
      'Ask the receiver for the confidential address.',
    ),
    ...(own < 0
      ? []
      : [
          {
            code: 'own',
            verdict: 'attention' as const,
            message: `${named(own)} is the treasury’s own.`,
            next: 'Go on if the coins are to be put together; it costs a fee.',
          },
        ]),
  ];
}

/** Fee of the payment with the coins that would be chosen, and whether they are there. */
function fund(
  { coins, feeAsset }: { coins: readonly Coin[]; feeAsset: string },
  assetId: string,
  total: bigint,
  recipients: number,
  feeRate: string,
  witness: number,
): { fee: Amount; covered: boolean } {
  const paysFeeAsset = assetId === feeAsset;
  const assetCoins = paysFeeAsset
    ? []
    : (selectCoins(
        coins.filter((coin) => coin.assetId === assetId),
        total,
      ) ?? []);
  const feeCandidates = coins.filter((coin) => coin.assetId === feeAsset);
  for (let inputs = assetCoins.length + 1; ;) {
    const fee = amount(feeFor(weightOf(inputs, recipients + 2, witness), feeRate));
    const chosen = selectCoins(feeCandidates, (paysFeeAsset ? total : 0n) + fee);
    if (!chosen) return { fee, covered: false };
    const needed = assetCoins.length + chosen.length;
    if (needed <= inputs) return { fee, covered: true };
    inputs = needed;
  }
}

/** What a person agreed to: who is paid how much of what, by whom, at what rate. */
function fingerprintOf(
  plan: Pick<PlainPaymentPlan, 'assetId' | 'signer'>,
  recipients: PaymentRequest['recipients'],
  { feeRate, feeCeiling }: Settings,
): string {
  const content = {
    asset: plan.assetId,
    signer: plan.signer,
    recipients: recipients.map(({ address, amount: each }) => [address, each.toString()]),
    limits: [feeRate, feeCeiling.toString()],
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}
