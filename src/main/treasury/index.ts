import type { AreaHandlers, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET } from '../keychain/types.ts';
import type { Emit } from '../../shared/contract/index.ts';
import { treasuryOverview, type OverviewDeps } from './overview.ts';
import { exportKey, setUpTreasury, type SetUpDeps } from './set-up.ts';

export interface TreasuryDeps extends OverviewDeps, SetUpDeps {
  signer: TreasurySigner;
  /** Where the secrets of this profile are, in words. */
  secretsKeptIn: () => Promise<string>;
  /** Plain payments, which the engine carries out. */
  payments: Pick<AreaHandlers<'treasury'>, 'planSend' | 'send'>;
  emit: Emit;
}

/** The treasury wallet as the contract shows it. */
export function createTreasury(deps: TreasuryDeps): AreaHandlers<'treasury'> {
  return {
    overview: () => treasuryOverview(deps),
    ...deps.payments,

    async coins({ assetId, offset, limit }) {
      const coins = await deps.wallet.coins({
        minConfirmations: 0,
        ...(assetId === undefined ? {} : { assetId }),
      });
      const held = new Map(
        deps.records.allReservations().map((coin) => [`${coin.txid}:${coin.vout}`, coin.batchId]),
      );
      const shown = coins.map((coin) => ({
        txid: coin.txid,
        vout: coin.vout,
        assetId: coin.assetId,
        amount: coin.value,
        confirmations: Math.max(0, coin.confirmations),
        address: coin.address,
        reservedBy: held.get(`${coin.txid}:${coin.vout}`) ?? null,
      }));
      const reserved = deps.records
        .allReservations()
        .filter((coin) => assetId === undefined || coin.assetId === assetId)
        .filter((coin) => !coins.some((listed) => listed.txid === coin.txid && listed.vout === coin.vout))
        .map((coin) => ({
          txid: coin.txid,
          vout: coin.vout,
          assetId: coin.assetId,
          amount: coin.amount,
          confirmations: 0,
          address: null,
          reservedBy: coin.batchId,
        }));
      const rows = [...reserved, ...shown].sort((a, b) =>
        a.amount === b.amount ? 0 : a.amount > b.amount ? -1 : 1,
      );
      return { rows: rows.slice(offset, offset + limit), total: rows.length };
    },

    async newAddress(_args, { actor }) {
      const address = await deps.wallet.newAddress();
      deps.store.tx(() =>
        deps.store.audit({
          type: 'treasury.address',
          subject: `wallet:${deps.wallet.name}`,
          actor,
          data: { address },
        }),
      );
      return { address };
    },

    async wallet() {
      const missing = {
        name: deps.wallet.name,
        mode: 'missing' as const,
        signer: deps.signer,
        fingerprint: null,
        descriptors: [],
        blindingKeyImported: false,
        locked: false,
        keyStoredIn: null,
      };
      let info;
      try {
        info = await deps.wallet.info();
      } catch (error) {
        if (error instanceof SluiceError && error.code === 'WALLET_NOT_LOADED') return missing;
        throw error;
      }
      const [descriptors, hasKey] = await Promise.all([
        deps.wallet.descriptors(),
        deps.wallet.masterBlindingKey().then(
          () => true,
          () => false,
        ),
      ]);
      const active = descriptors
        .filter((descriptor) => descriptor.active)
        .map((descriptor) => descriptor.desc);
      const signsHere = deps.signer === 'keychain' || deps.signer === 'several';
      const stored = signsHere ? await deps.secrets.get(SECRET.treasuryMnemonic) : null;
      return {
        name: info.name,
        mode: info.privateKeys ? 'hot' : 'watch-only',
        signer: deps.signer,
        fingerprint: /\[([0-9a-f]{8})/.exec(active[0] ?? '')?.[1] ?? null,
        descriptors: active,
        blindingKeyImported: hasKey,
        locked: info.unlockedUntil !== null && info.unlockedUntil <= deps.clock(),
        keyStoredIn: stored === null ? null : await deps.secretsKeptIn(),
      };
    },

    async setUp(args, { actor }) {
      const result = await setUpTreasury(deps, args, actor);
      deps.emit('treasury.changed', {});
      return result;
    },

    exportKeyBackup: ({ passphrase }, { actor }) => exportKey(deps, passphrase, actor),
  };
}
