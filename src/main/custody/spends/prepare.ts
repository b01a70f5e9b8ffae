import { randomUUID } from 'node:crypto';
import type { Args } from '../../../shared/contract/index.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { amount, formatDecimal, formatGrouped, type Amount } from '../../../shared/money.ts';
import type { WatchedCoin } from '../../liquid/index.ts';
import type { WalletRecord } from '../types.ts';
import { build, type Payee } from './build.ts';
import type { Check } from './check.ts';
import { chooseCoins, chooseExactly, type Choice, type Terms, type Wanted } from './choose.ts';
import type { Records, SpendRecord } from './records.ts';
import type { SpendsDeps } from './types.ts';

export type PrepareDeps = SpendsDeps & { records: Records; check: Check };
type Wish = Args<'custody.prepare'>;

/** Chooses, builds, blinds, keeps and checks payments; one at a time for each wallet, so that none takes another's coins. */
export function createPrepare(deps: PrepareDeps) {
  const { store, liquid, wallets, records, clock } = deps;
  const turns = new Map<string, Promise<unknown>>();

  async function payees(wallet: WalletRecord, wish: Wish): Promise<Omit<Payee, 'value'>[]> {
    return Promise.all(
      wish.recipients.map(async ({ address, amount: value }, position) => {
        const field = `recipients.${position}`;
        const meant = await liquid.readAddress(address, wallets.network);
        if (!meant) {
          throw invalid(
            `“${address}” is no address of this network.`,
            'Ask the recipient for an address of the same network, and enter it whole.',
            `${field}.address`,
          );
        }
        if (meant.blindingPubkey === null) {
          throw invalid(
            `“${address}” is not confidential: amount and asset would be public.`,
            `Ask for the confidential form of the address${wallet.kind === 'single' ? '' : '; the cosigner needs it as well'}.`,
            `${field}.address`,
          );
        }
        if (!wish.everything && value <= 0n) {
          throw invalid(
            'The amount must be more than nothing.',
            'Enter an amount for each recipient.',
            `${field}.amount`,
          );
        }
        return { position, script: meant.script, blindingPubkey: meant.blindingPubkey };
      }),
    );
  }

  /** The coins that a person named. */
  function named(wallet: WalletRecord, wish: Wish): WatchedCoin[] | null {
    if (!wish.coins || wish.coins.length === 0) return null;
    const own = wallets.coins(wallet.id);
    const points = new Set<string>();
    return wish.coins.map(({ txid, vout }, index) => {
      const point = `${txid}:${vout}`;
      const field = `coins.${index}`;
      const coin = own.find((each) => each.txid === txid && each.vout === vout);
      if (!coin || points.has(point)) {
        throw invalid(
          coin ? `The coin ${point} is named twice.` : `“${wallet.name}” has no unspent coin ${point}.`,
          'Choose from the coins of this wallet.',
          field,
        );
      }
      points.add(point);
      if (coin.height === null) {
        throw invalid(
          `The coin ${point} is not confirmed yet.`,
          'Wait for its confirmation, or choose another.',
          field,
        );
      }
      if (records.heldBy(txid, vout) !== null) {
        throw new SluiceError('CONFLICT', `The coin ${point} is held for another spend.`, {
          next: 'Choose another coin, or cancel that spend.',
          field,
        });
      }
      return coin;
    });
  }

  function choice(wallet: WalletRecord, wish: Wish, wanted: Wanted, terms: Terms): Choice<WatchedCoin> {
    const free = wallets.coins(wallet.id).filter(({ txid, vout }) => records.heldBy(txid, vout) === null);
    const coins = named(wallet, wish);
    if (!coins) return chooseCoins(free, wanted, terms);
    // Where no L-BTC was named, the fee is paid from what the wallet has.
    if (coins.some(({ assetId }) => assetId === terms.feeAsset)) return chooseExactly(coins, wanted, terms);
    const purse = free.filter(({ assetId }) => assetId === terms.feeAsset);
    return chooseCoins([...coins, ...purse], { ...wanted, all: true }, terms);
  }

  async function prepare(wish: Wish, actor: string): Promise<string> {
    const wallet = wallets.record(wish.walletId);
    requireKey(wallet);
    if (wish.everything && wish.recipients.length !== 1) {
      throw invalid('Everything can only go to one recipient.', 'Name one recipient.', 'recipients');
    }
    const [policy, feeAsset, services] = await Promise.all([
      wallets.policy(wallet.id),
      wallets.policyAsset(),
      wallets.services(),
    ]);
    const found = await payees(wallet, wish);
    const facts = await liquid.readDescriptor(policy.descriptor, policy.network);
    const { feeRate, feeCeiling } = deps.settings();
    const { kind: _kind, ...asset } = wallets.asset(wish.assetId);
    const unit = asset.ticker ?? asset.name;
    const chosen = choice(
      wallet,
      wish,
      {
        assetId: wish.assetId,
        total: wish.recipients.reduce((sum, { amount: value }) => sum + value, 0n),
        everything: wish.everything === true,
        recipients: wish.recipients.length,
      },
      {
        feeAsset,
        feeRate,
        script: facts.script,
        threshold: facts.threshold,
        keys: facts.keys.length,
        walletName: wallet.name,
        unit,
        precision: asset.precision,
      },
    );
    requireFee(chosen.fee, feeCeiling);
    const value = (position: number): Amount =>
      wish.everything ? chosen.total : amount(wish.recipients[position]?.amount ?? 0n);
    const changes = [];
    for (const change of chosen.changes)
      changes.push({ ...change, place: await wallets.changePlace(wallet.id) });
    const built = await build(
      { liquid, transaction: wallets.transaction },
      {
        policy,
        assetId: wish.assetId,
        feeAsset,
        coins: chosen.coins,
        payees: found.map((payee) => ({ ...payee, value: value(payee.position) })),
        changes,
        fee: chosen.fee,
      },
    );
    const { txid } = await liquid.inspectPset(built.pset);
    const now = clock();
    const recipients = wish.recipients.map(({ address, label }, position) => ({
      position,
      address,
      label: label ?? '',
      amount: value(position),
    }));
    const [first] = recipients;
    const to =
      recipients.length > 1 ? `${recipients.length} recipients` : first?.label || shortened(first?.address);
    const spend: SpendRecord = {
      id: randomUUID(),
      walletId: wallet.id,
      title: wish.title || `${formatGrouped(chosen.total, asset.precision)} ${unit} to ${to}`,
      asset,
      fee: chosen.fee,
      feeCeiling,
      first: wallet.kind === 'amp2' ? (services.amp2?.first ?? 'server') : 'user',
      state: 'open',
      startedAt: null,
      cosignAskedAt: null,
      handedOver: false,
      broadcastBegunAt: null,
      problem: null,
      txid,
      pset: built.pset,
      signedPset: null,
      raw: null,
      confirmations: 0,
      createdAt: now,
      changedAt: now,
    };
    store.tx(() => {
      records.insert(spend, { recipients, coins: chosen.coins, outputs: built.outputs });
      records.reached(spend.id, 'built', 'Built and blinded; its coins are held.');
      store.audit({
        type: 'custody.built',
        subject: `spend:${spend.id}`,
        actor,
        data: {
          wallet: wallet.id,
          title: spend.title,
          asset: asset.assetId,
          recipients: recipients.length,
          total: chosen.total,
          fee: chosen.fee,
          txid,
        },
      });
    });
    deps.checkpoint('custody:built');
    await requireSound(spend);
    return spend.id;
  }

  /** What does not stand up to the checks is not left lying about with its coins held. */
  async function requireSound(spend: SpendRecord): Promise<void> {
    try {
      await deps.check.require(spend);
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'REVIEW_FAILED') {
        const { code, message, next } = error;
        store.tx(() => {
          records.update(spend.id, {
            state: 'cancelled',
            problem: { code, message, next, at: clock() },
          });
          records.letGo(spend.id);
          store.audit({
            type: 'custody.review-failed',
            subject: `spend:${spend.id}`,
            data: { wallet: spend.walletId, message },
          });
        });
      }
      throw error;
    }
  }

  /** Id of the spend. */
  return function inTurn(wish: Wish, actor: string): Promise<string> {
    const mine = (turns.get(wish.walletId) ?? Promise.resolve()).then(() => prepare(wish, actor));
    turns.set(
      wish.walletId,
      mine.catch(() => undefined),
    );
    return mine;
  };
}

function requireKey({ kind, keyKind, name }: WalletRecord): void {
  if (keyKind === 'none') {
    throw new SluiceError('NOT_ALLOWED', `“${name}” is only watched here: its key is somewhere else.`, {
      next: 'Spend where its key is, or take the wallet up with its key or its signer.',
    });
  }
  if (kind === 'amp0' && keyKind === 'jade') throw noAmp0OnJade();
}

/** AMP0's coins are P2WSH wrapped in P2SH, which LWK's code for Jades refuses; another way was never tried on a device. */
export function noAmp0OnJade(): SluiceError {
  return new SluiceError(
    'NOT_ALLOWED',
    'This desk cannot have a Jade sign for an AMP0 account: its way to a Jade does not take coins wrapped in P2SH.',
    { next: 'Use a key in this desk’s secret store or at an air-gapped signer for AMP0.' },
  );
}

function requireFee(fee: bigint, ceiling: bigint): void {
  if (fee <= ceiling) return;
  throw new SluiceError(
    'TRANSACTION_REFUSED',
    `The fee would be ${formatDecimal(fee, 8)} L-BTC, above the ceiling of ${formatDecimal(ceiling, 8)}.`,
    { next: 'Lower the fee rate or raise the ceiling in Settings. Nothing was built.' },
  );
}

function shortened(address = ''): string {
  return address.length > 24 ? `${address.slice(0, 12)}…${address.slice(-6)}` : address;
}

function invalid(message: string, next: string, field: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, { next, field });
}
