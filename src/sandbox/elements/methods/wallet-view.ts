import { toHex } from '../../crypto/index.ts';
import { decodeAddress } from '../address.ts';
import { inferredDescriptor } from '../descriptor.ts';
import { amountMap, viewOf } from '../history.ts';
import type { WalletTransactionView } from '../history.ts';
import { figure } from '../json.ts';
import { renderTransaction, transactionHex } from '../render.ts';
import { RpcError } from '../rpc-error.ts';
import type { Wallet, WalletCoin } from '../wallet.ts';
import type { TxRow } from '../wallet-store.ts';
import { arrayOf, assetOf, hash256, intOf, objectOf, stringOf } from './args.ts';
import type { Methods } from './registry.ts';
import { method } from './registry.ts';

function renderCoin(wallet: Wallet, coin: WalletCoin): Record<string, unknown> {
  const { chain } = wallet;
  const output = chain.store.output(coin.txid, coin.vout)?.output;
  const info = wallet.scriptInfo(coin.script);
  const label = wallet.store.label(wallet.name, coin.script);
  const ancestors = coin.confirmations === 0 ? chain.mempool.ancestors([coin.txid]) : null;
  const witnessScript = info?.derived.witnessScript;
  return {
    txid: coin.txid,
    vout: coin.vout,
    address: wallet.plainAddress(coin.script),
    ...(label === null ? {} : { label }),
    scriptPubKey: toHex(coin.script),
    ...(witnessScript ? { witnessScript: toHex(witnessScript) } : {}),
    amount: figure(coin.value),
    ...(output?.asset[0] === 1 ? {} : { assetcommitment: toHex(output?.asset ?? new Uint8Array(0)) }),
    asset: coin.asset,
    ...(output?.value[0] === 1 ? {} : { amountcommitment: toHex(output?.value ?? new Uint8Array(0)) }),
    amountblinder: coin.amountBlinder,
    assetblinder: coin.assetBlinder,
    confirmations: coin.confirmations,
    ...(ancestors
      ? {
          ancestorcount: ancestors.size,
          ancestorsize: chain.mempool.sizeOf(ancestors),
          ancestorfees: Number(chain.mempool.feesOf(ancestors)),
        }
      : {}),
    spendable: true,
    solvable: info !== null,
    ...(info ? { desc: inferredDescriptor(info.descriptor, info.derived) } : {}),
    safe: coin.trusted,
  };
}

function balanceAnswer(wallet: Wallet, amounts: ReadonlyMap<string, bigint>, label: unknown): unknown {
  if (label === null) return amountMap(wallet.chain.policyAsset, amounts);
  const name = stringOf(label);
  const asset = assetOf(name, wallet.chain.policyAsset);
  if (asset === null) throw new RpcError(-5, `Unknown label and invalid asset hex: ${name}`);
  return figure(amounts.get(asset) ?? 0n);
}

/** One entry per detail, as the lists print it. */
function listEntries(view: WalletTransactionView): Record<string, unknown>[] {
  const status = view.status();
  return view.details().map((detail) => {
    const { fee, abandoned, ...rest } = detail;
    return {
      ...rest,
      ...(fee === undefined ? {} : { fee }),
      ...status,
      ...(abandoned === undefined ? {} : { abandoned }),
    };
  });
}

function entriesOf(wallet: Wallet, rows: readonly TxRow[]): Record<string, unknown>[] {
  return rows.flatMap((row) => {
    const view = viewOf(wallet, row.txid);
    return view ? listEntries(view) : [];
  });
}

function outpoint(value: unknown): { txid: string; vout: number } {
  const object = objectOf(value);
  const vout = intOf(object['vout'] ?? null);
  if (vout < 0) throw new RpcError(-8, 'Invalid parameter, vout cannot be negative');
  return { txid: hash256(object['txid'] ?? null, 'txid'), vout };
}

export const walletViewMethods: Methods = {
  getbalance: method(
    ['dummy', 'minconf', 'include_watchonly', 'avoid_reuse', 'assetlabel'],
    ({ args, wallet }) => {
      const own = wallet();
      const dummy = args.at(0);
      if (dummy !== null && dummy !== '*') {
        throw new RpcError(-32, 'dummy first argument must be excluded or set to "*".');
      }
      const least = args.int(1, 0);
      const amounts = own.balance((coin) => coin.trusted && coin.confirmations >= least);
      return balanceAnswer(own, amounts, args.at(4));
    },
  ),

  getbalances: method([], ({ wallet }) => {
    const own = wallet();
    const policy = own.chain.policyAsset;
    return {
      mine: {
        trusted: amountMap(
          policy,
          own.balance((coin) => coin.trusted),
        ),
        untrusted_pending: amountMap(
          policy,
          own.balance((coin) => !coin.trusted),
        ),
        immature: amountMap(policy, own.immature()),
      },
    };
  }),

  listunspent: method(
    ['minconf', 'maxconf', 'addresses', 'include_unsafe', 'query_options'],
    ({ args, wallet }) => {
      const own = wallet();
      const least = args.int(0, 1);
      const most = args.int(1, 9_999_999);
      const scripts = args.array(2).map((text) => {
        const address = decodeAddress(stringOf(text));
        if (!address) throw new RpcError(-5, `Invalid Bitcoin address: ${String(text)}`);
        return toHex(address.script);
      });
      const includeUnsafe = args.bool(3, true);
      const query = args.object(4)['asset'];
      const wanted = query === undefined ? null : stringOf(query);
      const asset = wanted === null ? null : assetOf(wanted, own.chain.policyAsset);
      if (wanted !== null && asset === null) {
        throw new RpcError(-5, `Unknown label and invalid asset hex: ${wanted}`);
      }
      return own
        .coins()
        .filter((coin) => !coin.locked && coin.confirmations >= least && coin.confirmations <= most)
        .filter((coin) => coin.trusted || includeUnsafe)
        .filter((coin) => scripts.length === 0 || scripts.includes(toHex(coin.script)))
        .filter((coin) => asset === null || coin.asset === asset)
        .map((coin) => renderCoin(own, coin));
    },
  ),

  lockunspent: method(['unlock', 'transactions', 'persistent'], ({ args, wallet }) => {
    const own = wallet();
    const unlock = args.bool(0, false);
    if (args.at(1) === null) {
      if (unlock) own.store.unlockAll(own.name);
      return true;
    }
    const points = arrayOf(args.at(1)).map(outpoint);
    for (const { txid, vout } of points) {
      const row = own.store.tx(own.name, txid);
      const tx = row ? own.chain.store.transaction(txid) : null;
      if (!tx) throw new RpcError(-8, 'Invalid parameter, unknown transaction');
      if (vout >= tx.outputs.length) throw new RpcError(-8, 'Invalid parameter, vout index out of bounds');
      if (own.chain.store.spender(txid, vout) !== null) {
        throw new RpcError(-8, 'Invalid parameter, expected unspent output');
      }
      const locked = own.isLocked(txid, vout);
      if (unlock && !locked) throw new RpcError(-8, 'Invalid parameter, expected locked output');
      if (!unlock && locked && !args.bool(2, false)) {
        throw new RpcError(-8, 'Invalid parameter, output already locked');
      }
    }
    own.store.db.transaction(() => {
      for (const { txid, vout } of points) {
        if (unlock) own.store.unlock(own.name, txid, vout);
        else own.store.lock(own.name, txid, vout, args.bool(2, false));
      }
    })();
    return true;
  }),

  listlockunspent: method([], ({ wallet }) => {
    const own = wallet();
    return own.store.locks(own.name);
  }),

  gettransaction: method(['txid', 'include_watchonly', 'verbose', 'assetlabel'], ({ args, wallet }) => {
    const own = wallet();
    const txid = hash256(args.required(0, 'gettransaction "txid" ( include_watchonly verbose )'), 'txid');
    const view = viewOf(own, txid);
    if (!view) throw new RpcError(-5, 'Invalid or non-wallet transaction id');
    const policy = own.chain.policyAsset;
    return {
      amount: amountMap(policy, view.net()),
      ...(view.fromMe ? { fee: { bitcoin: figure(-view.fee) } } : {}),
      ...view.status(),
      details: view.details(),
      hex: transactionHex(view.tx),
      ...(args.bool(2, false) ? { decoded: renderTransaction(view.tx) } : {}),
    };
  }),

  listtransactions: method(['label', 'count', 'skip', 'include_watchonly'], ({ args, wallet }) => {
    const own = wallet();
    const count = args.int(1, 10);
    const skip = args.int(2, 0);
    if (count < 0) throw new RpcError(-8, 'Negative count');
    if (skip < 0) throw new RpcError(-8, 'Negative from');
    const label = args.string(0, '*');
    // From the newest back until there are enough entries: a transaction may have several.
    const entries: Record<string, unknown>[] = [];
    for (const row of own.store.txs(own.name).reverse()) {
      if (entries.length >= count + skip) break;
      const some = entriesOf(own, [row]).filter((entry) => label === '*' || entry['label'] === label);
      entries.unshift(...some);
    }
    const end = Math.max(0, entries.length - skip);
    return entries.slice(Math.max(0, end - count), end);
  }),

  listsinceblock: method(
    ['blockhash', 'target_confirmations', 'include_watchonly', 'include_removed', 'include_change'],
    ({ args, wallet }) => {
      const own = wallet();
      const { chain } = own;
      const hash = args.at(0) === null ? null : hash256(args.at(0), 'blockhash');
      let since = -1;
      const lost: string[] = [];
      if (hash !== null) {
        let block = chain.store.block(hash);
        if (!block) throw new RpcError(-5, 'Block not found');
        while (!chain.store.isActive(block.hash) && block.previous !== null) {
          lost.push(...block.txids);
          const parent = chain.store.block(block.previous);
          if (!parent) break;
          block = parent;
        }
        since = block.height;
      }
      const target = args.int(1, 1);
      if (target < 1) throw new RpcError(-8, 'Invalid parameter');
      const rows = own.store.txs(own.name).filter((row) => {
        const at = chain.locate(row.txid);
        return at?.kind !== 'block' || at.height > since;
      });
      const removed = lost
        .map((txid) => own.store.tx(own.name, txid))
        .filter((row): row is TxRow => row !== null);
      return {
        transactions: entriesOf(own, rows),
        ...(args.bool(3, true) ? { removed: entriesOf(own, removed) } : {}),
        lastblock: chain.store.activeHash(Math.max(0, chain.tip.height + 1 - target)) ?? chain.tip.hash,
      };
    },
  ),
};
