import type { Wollet } from 'lwk_wasm';
import { ByteWriter, fromDisplay, fromHex, toHex, u64Bytes, u32Bytes } from '../bytes.ts';
import { parseTransaction } from '../transaction.ts';
import type { WalletView } from './types.ts';
import type { UpdateParts, WatchedScript } from './update.ts';
import { viewOf } from './view.ts';

/**
 * Transactions that were known before a script was, and pay it: LWK opens outputs when it downloads a transaction and never
 * again, so the wallet would miss these coins for good.
 *
 * @param known scripts as they were before this update
 */
export function transactionsToReopen(
  view: WalletView,
  update: UpdateParts,
  known: ReadonlyMap<string, WatchedScript>,
): string[] {
  const fresh = new Set([...update.scripts.keys()].filter((script) => !known.has(script)));
  if (fresh.size === 0) return [];
  const justRead = new Set([...update.txs.values()].map(({ transaction }) => transaction.txid));
  return view.transactions
    .filter(({ txid }) => !justRead.has(txid))
    .filter(({ hex, outputs }) => {
      const opened = new Set(outputs.map(({ vout }) => vout));
      return parseTransaction(fromHex(hex)).outputs.some(
        ({ script }, vout) => fresh.has(toHex(script)) && !opened.has(vout),
      );
    })
    .map(({ txid }) => txid);
}

/** What opens the outputs that a wallet knows, as updates hold it: asset, asset blinder, value and amount blinder. */
export function openingsOf(wollet: Wollet, policyAsset: string): Map<string, Uint8Array> {
  const { transactions } = viewOf(wollet, policyAsset, true);
  return new Map(
    transactions
      .flatMap(({ outputs }) => outputs)
      .map(({ txid, vout, assetId, assetBlinder, value, amountBlinder }) => [
        toHex(new ByteWriter().bytes(fromDisplay(txid)).bytes(u32Bytes(vout)).result()),
        new ByteWriter()
          .bytes(fromDisplay(assetId))
          .bytes(fromDisplay(assetBlinder))
          .bytes(u64Bytes(value, true))
          .bytes(fromDisplay(amountBlinder))
          .result(),
      ]),
  );
}
