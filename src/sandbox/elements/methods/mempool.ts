import type { MempoolEntry, Verdict } from '../../chain/index.ts';
import { Rejection, forgotToBlind } from '../../chain/index.ts';
import type { Chain } from '../../chain/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';
import { DecodeError, OP_TRUE, fromHex, parseTransaction, txidOf, wtxidOf } from '../../crypto/index.ts';
import { decodeAddress } from '../address.ts';
import { figure } from '../json.ts';
import { renderScript, renderTransaction, transactionHex } from '../render.ts';
import { RpcError } from '../rpc-error.ts';
import { arrayOf, hash256, intOf, stringOf } from './args.ts';
import type { Methods } from './registry.ts';
import { method } from './registry.ts';

/** Throws -22 as the node does. */
export function transactionOf(hex: unknown): Transaction {
  try {
    const tx = parseTransaction(fromHex(stringOf(hex)));
    if (tx.inputs.length === 0) throw new DecodeError('no inputs');
    return tx;
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError(-22, 'TX decode failed. Make sure the tx has at least one input.');
  }
}

function renderEntry(chain: Chain, entry: MempoolEntry): Record<string, unknown> {
  const ancestors = chain.mempool.ancestors([entry.txid]);
  const descendants = chain.mempool.descendants([entry.txid]);
  const tx = chain.store.transaction(entry.txid);
  return {
    vsize: entry.vsize,
    weight: entry.weight,
    time: entry.time,
    height: entry.height,
    descendantcount: descendants.size,
    descendantsize: chain.mempool.sizeOf(descendants),
    ancestorcount: ancestors.size,
    ancestorsize: chain.mempool.sizeOf(ancestors),
    wtxid: entry.wtxid,
    fees: {
      base: figure(entry.fee),
      modified: figure(entry.fee),
      ancestor: figure(chain.mempool.feesOf(ancestors)),
      descendant: figure(chain.mempool.feesOf(descendants)),
    },
    depends: [...entry.parents],
    spentby: [...entry.children],
    'bip125-replaceable': tx?.inputs.some((input) => input.sequence < 0xfffffffe) === true,
    unbroadcast: true,
  };
}

/** Offers a transaction, as sendrawtransaction does; returns its txid. */
export async function broadcast(chain: Chain, tx: Transaction): Promise<string> {
  if (forgotToBlind(tx)) {
    throw new RpcError(
      -25,
      'Transaction output has nonce, but is not blinded. Did you forget to call blindrawtransaction, or rawblindrawtransaction?',
    );
  }
  const txid = txidOf(tx);
  const unspent = tx.outputs.some((_, vout) => (chain.coin(txid, vout)?.height ?? -1) >= 0);
  if (unspent) throw new RpcError(-27, 'Transaction already in block chain');
  if (chain.mempool.get(txid)) return txid;
  try {
    await chain.accept(tx);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    // Two callers may have offered it at the same time.
    if (error.reason === 'txn-already-in-mempool') return txid;
    throw new RpcError(error.code, error.message);
  }
  return txid;
}

async function verdictOf(chain: Chain, tx: Transaction): Promise<Record<string, unknown>> {
  const id = { txid: txidOf(tx), wtxid: wtxidOf(tx) };
  let verdict: Verdict;
  try {
    verdict = await chain.test(tx);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const missing = error.reason === 'bad-txns-inputs-missingorspent';
    return { ...id, allowed: false, 'reject-reason': missing ? 'missing-inputs' : error.reason };
  }
  return { ...id, allowed: true, vsize: verdict.vsize, fees: { base: figure(verdict.fee) } };
}

/** The script that block fees go to: of an address, or anyone's for a descriptor that is none. */
export function minerScript(value: unknown): Bytes {
  const text = stringOf(value);
  const address = decodeAddress(text);
  if (address) return address.script;
  if (text === 'raw(51)' || text.startsWith('raw(51)#')) return OP_TRUE;
  throw new RpcError(-5, 'Error: Invalid address');
}

export const mempoolMethods: Methods = {
  getmempoolinfo: method([], ({ core: { chain } }) => {
    const all = [...chain.mempool.entries.keys()];
    return {
      loaded: true,
      size: all.length,
      bytes: chain.mempool.sizeOf(all),
      usage: all.length * 1855,
      total_fee: figure(chain.mempool.feesOf(all)),
      maxmempool: 300000000,
      mempoolminfee: figure(100n),
      minrelaytxfee: figure(100n),
      unbroadcastcount: all.length,
    };
  }),

  getrawmempool: method(['verbose', 'mempool_sequence'], ({ core: { chain }, args }) => {
    const entries = chain.mempool.inOrder();
    if (!args.bool(0, false)) return entries.map((entry) => entry.txid);
    return Object.fromEntries(entries.map((entry) => [entry.txid, renderEntry(chain, entry)]));
  }),

  getmempoolentry: method(['txid'], ({ core: { chain }, args }) => {
    const entry = chain.mempool.get(hash256(args.required(0, 'getmempoolentry "txid"'), 'txid'));
    if (!entry) throw new RpcError(-5, 'Transaction not in mempool');
    return renderEntry(chain, entry);
  }),

  getrawtransaction: method(['txid', 'verbose', 'blockhash'], ({ core: { chain }, args }) => {
    const txid = hash256(args.required(0, 'getrawtransaction "txid" ( verbose "blockhash" )'), 'parameter 1');
    const wanted = args.at(1);
    const verbose = wanted === true || (typeof wanted === 'number' && wanted > 0);
    const inBlock = args.at(2);
    const at = chain.locate(txid);
    let blockHash = at?.kind === 'block' ? at.hash : null;
    let found = at !== null;
    if (inBlock !== null) {
      const block = chain.store.block(hash256(inBlock, 'parameter 3'));
      if (!block) throw new RpcError(-5, 'Block hash not found');
      found = block.txids.includes(txid);
      blockHash = block.hash;
    }
    const tx = found ? chain.store.transaction(txid) : null;
    if (!tx) {
      const where =
        inBlock === null ? 'mempool or blockchain transaction' : 'transaction found in the provided block';
      throw new RpcError(-5, `No such ${where}. Use gettransaction for wallet transactions.`);
    }
    if (!verbose) return transactionHex(tx);
    const block = blockHash === null ? null : chain.store.block(blockHash);
    const active = block !== null && chain.store.isActive(block.hash);
    return {
      ...(inBlock === null ? {} : { in_active_chain: active }),
      ...renderTransaction(tx),
      hex: transactionHex(tx),
      ...(block === null
        ? {}
        : {
            blockhash: block.hash,
            confirmations: active ? chain.tip.height - block.height + 1 : 0,
            time: block.time,
            blocktime: block.time,
          }),
    };
  }),

  decoderawtransaction: method(['hexstring', 'iswitness'], ({ args }) =>
    renderTransaction(transactionOf(args.required(0, 'decoderawtransaction "hexstring" ( iswitness )'))),
  ),

  decodescript: method(['hexstring'], ({ args }) => {
    const { hex: _hex, ...script } = renderScript(
      fromHex(stringOf(args.required(0, 'decodescript "hexstring"'))),
    );
    return script;
  }),

  testmempoolaccept: method(['rawtxs', 'maxfeerate'], async ({ core: { chain }, args }) => {
    const raw = arrayOf(args.required(0, 'testmempoolaccept ["rawtx",...] ( maxfeerate )'));
    if (raw.length < 1 || raw.length > 25) {
      throw new RpcError(-8, 'Array must contain between 1 and 25 transactions.');
    }
    const answers: Record<string, unknown>[] = [];
    for (const hex of raw) answers.push(await verdictOf(chain, transactionOf(hex)));
    return answers;
  }),

  sendrawtransaction: method(['hexstring', 'maxfeerate', 'ignore_blind_fail'], ({ core: { chain }, args }) =>
    broadcast(chain, transactionOf(args.required(0, 'sendrawtransaction "hexstring" ( maxfeerate )'))),
  ),

  generatetoaddress: method(['nblocks', 'address', 'maxtries'], ({ core: { chain }, args }) => {
    const count = intOf(args.required(0, 'generatetoaddress nblocks "address" ( maxtries )'));
    return chain.mine(
      count,
      minerScript(args.required(1, 'generatetoaddress nblocks "address" ( maxtries )')),
    );
  }),

  generateblock: method(['output', 'transactions'], async ({ core: { chain }, args }) => {
    const script = minerScript(args.required(0, 'generateblock "output" ["rawtx/txid",...]'));
    const list: (string | Transaction)[] = [];
    for (const one of arrayOf(args.required(1, 'generateblock "output" ["rawtx/txid",...]'))) {
      const text = stringOf(one);
      if (text.length === 64) {
        if (!chain.mempool.get(text)) throw new RpcError(-5, `Transaction ${text} not in mempool.`);
        list.push(text);
      } else {
        const tx = transactionOf(text);
        const txid = txidOf(tx);
        list.push(chain.mempool.get(txid) ? txid : tx);
      }
    }
    try {
      return { hash: await chain.mineExactly(list, script) };
    } catch (error) {
      if (error instanceof Rejection) throw new RpcError(-25, `TestBlockValidity failed: ${error.message}`);
      throw error;
    }
  }),
};
