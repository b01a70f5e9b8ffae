import type { Asset, Result, TreasuryLine } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount, sum, ZERO, type Amount } from '../../shared/money.ts';
import type { AmpPort } from '../amp/types.ts';
import type { Coin, ElementsNode, TreasuryWallet } from '../elements/types.ts';
import type { PlainAsset, Records } from '../operations/index.ts';
import { ampTreasury } from '../operations/index.ts';
import { reconcile, type AmpFigures, type Evidence, type StrayCoin } from './reconcile.ts';

export interface OverviewDeps {
  amp: AmpPort;
  node: ElementsNode;
  wallet: TreasuryWallet;
  records: Records;
  assets: () => Asset[];
  /** What is known of any asset. */
  plainAsset: (assetId: string) => Promise<PlainAsset>;
  clock: () => number;
}

type Overview = Result<'treasury.overview'>;

/** The issuer's transactions of which AMP knows the treasury side; a coin of one of them is the treasury's own. */
const TREASURY_ACTIVITIES = new Set(['issuance', 'reissuance', 'distribution', 'burn']);
/** Activities looked through to find where a coin comes from. */
const ACTIVITIES = 1_000;

/** The treasury by asset in both books. A side that does not answer is told as a problem; the other is still shown. */
export async function treasuryOverview(deps: OverviewDeps): Promise<Overview> {
  const problems: Overview['problems'] = [];
  const noted = async <T>(work: Promise<T>, instead: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const known = error instanceof SluiceError ? error : null;
      problems.push({
        code: known?.code ?? 'INTERNAL',
        message: known?.message ?? 'A part of the treasury could not be read.',
        next: known?.next ?? 'Try again.',
        at: deps.clock(),
      });
      return instead;
    }
  };
  const coins = await noted(allCoins(deps), null);
  const feeAsset = await noted(deps.node.policyAsset(), null);
  const assets = deps.assets();
  const lines: TreasuryLine[] = [];
  if (feeAsset !== null && coins) {
    lines.push(
      plainLine(deps, coins, {
        assetId: feeAsset,
        kind: 'lbtc',
        name: 'Liquid Bitcoin',
        ticker: 'L-BTC',
        precision: 8,
      }),
    );
  }
  for (const asset of assets) {
    lines.push(await assetLine(deps, asset, coins ?? [], noted));
    if (asset.reissuanceTokenId !== null && coins) {
      lines.push(
        plainLine(deps, coins, {
          assetId: asset.reissuanceTokenId,
          kind: 'token',
          name: `Reissuance token of ${asset.name}`,
          ticker: null,
          precision: 0,
        }),
      );
    }
  }
  if (coins) lines.push(...(await otherLines(deps, coins, new Set(lines.map(({ assetId }) => assetId)))));
  return { lines, at: deps.clock(), problems };
}

/** What the treasury holds of assets that are not in AMP's books: of AMP2, of other issuers. */
async function otherLines(
  deps: OverviewDeps,
  coins: readonly Coin[],
  shown: ReadonlySet<string>,
): Promise<TreasuryLine[]> {
  const others = new Set(coins.map(({ assetId }) => assetId).filter((assetId) => !shown.has(assetId)));
  const known = await Promise.all([...others].map((assetId) => deps.plainAsset(assetId)));
  return known
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map(({ assetId, name, ticker, precision }) =>
      plainLine(deps, coins, { assetId, kind: 'other', name, ticker, precision }),
    );
}

/** Coins of the wallet, those locked for operations included: the node leaves locked coins out of its list. */
async function allCoins({ wallet, records }: OverviewDeps): Promise<Coin[]> {
  const [listed, locked] = await Promise.all([wallet.coins({ minConfirmations: 0 }), wallet.locked()]);
  const seen = new Set(listed.map((coin) => `${coin.txid}:${coin.vout}`));
  const held = new Map(records.allReservations().map((coin) => [`${coin.txid}:${coin.vout}`, coin]));
  const hidden: Coin[] = [];
  for (const point of locked) {
    const key = `${point.txid}:${point.vout}`;
    const coin = held.get(key);
    if (seen.has(key) || !coin) continue;
    const known = await wallet.transaction(point.txid);
    hidden.push({
      txid: coin.txid,
      vout: coin.vout,
      assetId: coin.assetId,
      value: coin.amount,
      assetBlinder: coin.assetBlinder,
      amountBlinder: coin.amountBlinder,
      script: '',
      address: null,
      confirmations: known?.confirmations ?? 0,
      spendable: true,
      solvable: true,
    });
  }
  return [...listed, ...hidden];
}

function nodeFigures(deps: OverviewDeps, coins: readonly Coin[], assetId: string): TreasuryLine['node'] {
  const own = coins.filter((coin) => coin.assetId === assetId);
  const held = new Set(deps.records.allReservations().map((coin) => `${coin.txid}:${coin.vout}`));
  const total = (some: readonly Coin[]): Amount => sum(some.map((coin) => coin.value));
  return {
    confirmed: total(own.filter((coin) => coin.confirmations > 0)),
    pending: total(own.filter((coin) => coin.confirmations <= 0)),
    reserved: total(own.filter((coin) => held.has(`${coin.txid}:${coin.vout}`))),
    coins: own.length,
  };
}

function plainLine(
  deps: OverviewDeps,
  coins: readonly Coin[],
  what: Pick<TreasuryLine, 'assetId' | 'kind' | 'name' | 'ticker' | 'precision'>,
): TreasuryLine {
  const node = nodeFigures(deps, coins, what.assetId);
  const held = amount(node.confirmed + node.pending);
  return {
    ...what,
    assetUuid: null,
    node,
    amp: null,
    reconciliation: {
      verdict: 'good',
      node: held,
      expected: held,
      difference: ZERO,
      text: 'Not in AMP’s books.',
      explanations: [],
    },
  };
}

async function assetLine(
  deps: OverviewDeps,
  asset: Asset,
  coins: readonly Coin[],
  noted: <T>(work: Promise<T>, instead: T) => Promise<T>,
): Promise<TreasuryLine> {
  const node = nodeFigures(deps, coins, asset.assetId);
  const held = amount(node.confirmed + node.pending);
  const summary = await noted(deps.amp.assets.summary(asset.assetUuid), null);
  const base = {
    assetId: asset.assetId,
    assetUuid: asset.assetUuid,
    kind: 'asset' as const,
    name: asset.name,
    ticker: asset.ticker,
    precision: asset.precision,
    node,
  };
  if (!summary) {
    return {
      ...base,
      amp: null,
      reconciliation: {
        verdict: 'waiting',
        node: held,
        expected: held,
        difference: ZERO,
        text: 'AMP’s books could not be read.',
        explanations: [],
      },
    };
  }
  const amp: AmpFigures = {
    issued: summary.issued,
    reissued: summary.reissued,
    assigned: summary.assigned,
    distributed: summary.distributed,
    burned: summary.burned,
    locked: summary.blacklisted,
    treasury: ampTreasury(summary),
  };
  const own = coins.filter((coin) => coin.assetId === asset.assetId);
  const evidence = await noted(gatherEvidence(deps, asset, own), {
    unreported: [],
    strays: [],
    lostOutputs: [],
  });
  return {
    ...base,
    amp,
    reconciliation: reconcile(held, amp, evidence, {
      precision: asset.precision,
      ticker: asset.ticker ?? asset.name,
    }),
  };
}

async function gatherEvidence(deps: OverviewDeps, asset: Asset, coins: readonly Coin[]): Promise<Evidence> {
  const [balance, activities] = await Promise.all([
    deps.amp.assets.balance(asset.assetUuid),
    deps.amp.assets.activities(asset.assetUuid, { start: 1, count: ACTIVITIES, order: 'desc' }),
  ]);
  const recorded = new Map<string, string>();
  for (const activity of activities) {
    if (activity.txid === null) continue;
    const type = activity.type.toLowerCase();
    if (!TREASURY_ACTIVITIES.has(recorded.get(activity.txid) ?? '')) recorded.set(activity.txid, type);
  }
  const ours = deps.records.paidTransactions(asset.assetUuid);
  const lost = balance.lostOutputs.map((point) => ({
    ...point,
    amount: coins.find((coin) => coin.txid === point.txid && coin.vout === point.vout)?.value ?? null,
  }));
  const strays: StrayCoin[] = coins
    .filter((coin) => {
      const type = recorded.get(coin.txid);
      return (
        !ours.some((payment) => payment.txid === coin.txid) &&
        (type === undefined || !TREASURY_ACTIVITIES.has(type))
      );
    })
    .map((coin) => ({
      txid: coin.txid,
      vout: coin.vout,
      amount: coin.value,
      origin: recorded.has(coin.txid) ? 'returned' : 'unknown',
    }));
  return {
    strays,
    lostOutputs: lost,
    unreported: ours
      .filter((payment) => payment.onChain && !payment.reported)
      .map(({ operationId, title, txid, paid }) => ({ operationId, title, txid, amount: paid })),
  };
}
