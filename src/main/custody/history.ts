import type { AreaHandlers, CustodyCoin, CustodyEntry } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount, formatDecimal } from '../../shared/money.ts';
import type { Assets } from './assets.ts';
import type { CustodyDeps } from './deps.ts';
import type { Labels } from './labels.ts';
import type { Ledger, LedgerCoin, LedgerEntry } from './ledger.ts';
import type { Places } from './places.ts';
import { confirmations } from './port.ts';
import type { Records, StoredWallet } from './records.ts';
import type { Services } from './services.ts';
import type { SpendsPort } from './types.ts';
import type { WalletState } from './wallet-state.ts';

/** Rows of a history that are read at a time for a file. */
const PAGE = 1000;

type HistoryService = Pick<AreaHandlers<'custody'>, 'history' | 'entry' | 'coins' | 'exportHistory'>;

/** What happened in a wallet and what it holds, as it is shown. */
export function createHistory(
  deps: Pick<CustodyDeps, 'liquid' | 'writeCsv'> & {
    records: Records;
    ledger: Ledger;
    places: Places;
    labels: Labels;
    assets: Assets;
    services: Services;
    state: WalletState;
    spends: () => SpendsPort;
  },
): HistoryService {
  const { records, ledger, labels, assets, places } = deps;

  function shown(wallet: StoredWallet, entry: LedgerEntry): CustodyEntry {
    return {
      txid: entry.txid,
      type: entry.type,
      effects: entry.effects.map(({ assetId, value }) => ({ asset: assets.of(assetId), amount: value })),
      fee: entry.fee,
      height: entry.height,
      time: entry.time,
      confirmations: confirmations(wallet, entry.height),
      label: entry.label,
      spendId: deps.spends().spendOf(entry.txid),
    };
  }

  /** Of a coin that was paid before anybody asked for its address here. */
  async function paidAddress(id: string, { chain, place }: LedgerCoin): Promise<string> {
    const [derived] = await deps.liquid.addresses(await deps.state.policy(id), chain, place, 1);
    return derived?.address ?? '';
  }

  function coinLabel(walletId: string, txid: string, vout: number, address: string): string {
    return labels.get(walletId, 'output', `${txid}:${vout}`) || labels.get(walletId, 'addr', address);
  }

  return {
    history({ id, search, assetId, offset, limit }) {
      const wallet = records.get(id);
      const { rows, total } = ledger.history({ id, search, assetId, offset, limit });
      return { total, rows: rows.map((row) => shown(wallet, row)) };
    },
    async entry({ id, txid }) {
      const wallet = records.get(id);
      const entry = ledger.entry(id, txid);
      const hex = ledger.transaction(txid);
      if (!entry || hex === null) {
        throw new SluiceError('NOT_FOUND', `“${wallet.name}” has no transaction ${txid.slice(0, 8)}….`, {
          next: 'Choose one from its history.',
          field: 'txid',
        });
      }
      const own = new Map(ledger.outputs(id, txid).map((output) => [output.vout, output]));
      const { outputs } = await deps.liquid.decodeTransaction(hex);
      return {
        ...shown(wallet, entry),
        outputs: outputs.map((output) => {
          const opened = own.get(output.vout);
          const assetId = opened?.assetId ?? output.assetId;
          const address = opened ? places.address(id, opened.script) : null;
          return {
            vout: output.vout,
            asset: assetId === null ? null : assets.of(assetId),
            amount: opened?.value ?? output.value,
            own: opened !== undefined,
            address,
            label: coinLabel(id, txid, output.vout, address ?? ''),
          };
        }),
        unblindedUrl: deps.services.chain().unblindedUrl(txid, blinders([...own.values()])),
      };
    },
    async coins({ id, assetId, sort, offset, limit }) {
      records.get(id);
      const { rows, total } = ledger.coinPage(id, { assetId, sort, offset, limit });
      const shownCoins = rows.map(async (coin): Promise<CustodyCoin> => {
        const address = places.address(id, coin.script) ?? (await paidAddress(id, coin));
        return {
          txid: coin.txid,
          vout: coin.vout,
          asset: assets.of(coin.assetId),
          amount: coin.value,
          height: coin.height,
          address,
          label: coinLabel(id, coin.txid, coin.vout, address),
          heldBy: deps.spends().heldBy(coin.txid, coin.vout),
        };
      });
      return { total, rows: await Promise.all(shownCoins) };
    },
    exportHistory({ id }) {
      const wallet = records.get(id);
      const lines: string[][] = [];
      for (let offset = 0; ; offset += PAGE) {
        const { rows } = ledger.history({ id, offset, limit: PAGE });
        for (const row of rows) lines.push(...csvRows(row, assets));
        if (rows.length < PAGE) break;
      }
      return { fileName: `${fileStem(wallet.name)}-history.csv`, content: deps.writeCsv(COLUMNS, lines) };
    },
  };
}

const COLUMNS = [
  'time',
  'height',
  'txid',
  'type',
  'asset',
  'asset id',
  'amount',
  'base units',
  'fee L-BTC',
  'label',
] as const;

/** One row for each asset that a transaction moved; the fee stands in the first of them. */
function csvRows(entry: LedgerEntry, assets: Assets): string[][] {
  const fee = entry.type === 'incoming' ? '' : formatDecimal(entry.fee, 8);
  return entry.effects.map(({ assetId, value }, index) => {
    const { name, ticker, precision } = assets.of(assetId);
    return [
      entry.time === null ? '' : new Date(entry.time).toISOString(),
      entry.height === null ? 'unconfirmed' : String(entry.height),
      entry.txid,
      entry.type,
      ticker ?? name,
      assetId,
      formatDecimal(value, precision),
      String(amount(value)),
      index === 0 ? fee : '',
      entry.label,
    ];
  });
}

/** What an explorer opens own outputs with: value, asset and both blinders of each, one after the other. */
function blinders(outputs: ReturnType<Ledger['outputs']>): string {
  return outputs
    .map(({ value, assetId, amountBlinder, assetBlinder }) =>
      [value, assetId, amountBlinder, assetBlinder].join(','),
    )
    .join(',');
}

/** A name as part of a file's name. */
export function fileStem(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replaceAll(/[^\w-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return stem === '' ? 'wallet' : stem.slice(0, 40);
}
