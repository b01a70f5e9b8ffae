import { SluiceError } from '../../shared/errors.ts';
import { createCall, type Call, type ElementsOptions } from './call.ts';
import { explainRpcError, RpcError, rpcErrorOf } from './rpc-error.ts';
import * as shapes from './shapes.ts';
import { read } from './shapes.ts';
import type { ElementsConnection, ElementsNode } from './types.ts';
import { createWallet } from './wallet.ts';
import { createWatchOnly, loadIfNeeded } from './watch-only.ts';

/** The node, plus the call underneath for what the port does not name. */
export interface ElementsClient extends ElementsNode {
  call: Call;
}

/** A client of one Elements node. Nothing is connected until the first call. */
export function createElementsNode(
  connection: ElementsConnection,
  options: ElementsOptions = {},
): ElementsClient {
  return nodeOver(createCall(connection, options));
}

/** What sendrawtransaction answers for a reason that testmempoolaccept only names (RPC_VERIFY_REJECTED). */
const REJECTED = -26;

/** What the node answers with error -5 ("not found") as null. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (rpcErrorOf(error)?.rpcCode === -5) return null;
    throw error;
  }
}

export function nodeOver(call: Call): ElementsClient {
  let policy: string | null = null;
  let genesis: string | null = null;

  const policyAsset = async () =>
    (policy ??= read(shapes.sidechainInfo, 'getsidechaininfo', await call('getsidechaininfo')).pegged_asset);
  const blockHash = async (height: number) =>
    read(shapes.blockHash, 'getblockhash', await call('getblockhash', [height]));
  const txidOf = async (hex: string) =>
    read(shapes.decodedTransaction, 'decoderawtransaction', await call('decoderawtransaction', [hex])).txid;

  return {
    call,

    async networkInfo() {
      const info = read(shapes.networkInfo, 'getnetworkinfo', await call('getnetworkinfo'));
      return { version: info.version, subversion: info.subversion, relayFee: info.relayfee };
    },

    async chainInfo() {
      const info = read(shapes.chainInfo, 'getblockchaininfo', await call('getblockchaininfo'));
      return {
        chain: info.chain,
        blocks: info.blocks,
        headers: info.headers,
        bestBlockHash: info.bestblockhash,
        verificationProgress: info.verificationprogress,
        tipTime: info.time === undefined ? null : info.time * 1000,
      };
    },

    policyAsset,
    genesisHash: async () => (genesis ??= await blockHash(0)),

    loadedWallets: async () => read(shapes.names, 'listwallets', await call('listwallets')),
    walletDirectory: async () =>
      read(shapes.walletDirectory, 'listwalletdir', await call('listwalletdir')).wallets.map(
        (one) => one.name,
      ),
    loadWallet: (name) => loadIfNeeded(call, name),

    async createHotWallet(name) {
      await call('createwallet', [name, false, false, '', false, true, true]);
    },
    createWatchOnlyWallet: (name, keys) => createWatchOnly(call, name, keys),
    wallet: (name) => createWallet(name, call),

    blockHash,
    async blockHeader(hash) {
      const header = await orNull(call('getblockheader', [hash]));
      if (header === null) return null;
      const { height, confirmations, time } = read(shapes.blockHeader, 'getblockheader', header);
      return { height, confirmations, time: time * 1000 };
    },

    async rawTransaction(txid, blockHashHint) {
      const params = blockHashHint === undefined ? [txid, false] : [txid, false, blockHashHint];
      const hex = await orNull(call('getrawtransaction', params));
      return hex === null ? null : read(shapes.rawTransaction, 'getrawtransaction', hex);
    },

    inMempool: async (txid) => (await orNull(call('getmempoolentry', [txid]))) !== null,

    mempool: async () => read(shapes.txids, 'getrawmempool', await call('getrawmempool', [false])),

    async rawBlock(hash) {
      const hex = await orNull(call('getblock', [hash, 0]));
      return hex === null ? null : read(shapes.rawBytes, 'getblock', hex);
    },

    async rawHeader(hash) {
      const hex = await orNull(call('getblockheader', [hash, false]));
      return hex === null ? null : read(shapes.rawBytes, 'getblockheader', hex);
    },

    unspent: async (point) =>
      read(shapes.transactionOutput, 'gettxout', await call('gettxout', [point.txid, point.vout, true])),

    async validateAddress(address) {
      const info = read(shapes.validatedAddress, 'validateaddress', await call('validateaddress', [address]));
      return {
        valid: info.isvalid,
        script: info.scriptPubKey ?? '',
        unconfidential: info.unconfidential ?? '',
        blindingPubkey: info.confidential_key || null,
      };
    },

    async scriptAddress(script) {
      return read(shapes.decodedScript, 'decodescript', await call('decodescript', [script])).address ?? null;
    },

    async finalize(pset) {
      const done = read(shapes.finalizedPset, 'finalizepsbt', await call('finalizepsbt', [pset]));
      return { complete: done.complete, hex: done.hex ?? null, pset: done.psbt ?? null };
    },

    async testAccept(hex) {
      const [verdict] = read(
        shapes.acceptance,
        'testmempoolaccept',
        await call('testmempoolaccept', [[hex]]),
      );
      if (verdict?.allowed && verdict.vsize !== undefined && verdict.fees) {
        return { allowed: true, vsize: verdict.vsize, fee: verdict.fees.base };
      }
      const reason = verdict?.['reject-reason'] ?? verdict?.['package-error'] ?? 'not accepted';
      const refusal = explainRpcError(new RpcError('testmempoolaccept', REJECTED, reason)).toShape();
      return { allowed: false, reason, refusal };
    },

    async broadcast(hex) {
      try {
        return read(shapes.txidAnswer, 'sendrawtransaction', await call('sendrawtransaction', [hex]));
      } catch (error) {
        const said = rpcErrorOf(error);
        const known = said?.rpcCode === -27 || /txn-already-(known|in-mempool)/.test(said?.rpcMessage ?? '');
        if (known) return txidOf(hex);
        // A confirmed transaction whose outputs are all spent again looks to the node like one with missing inputs.
        if (error instanceof SluiceError && error.code === 'INPUTS_SPENT') {
          const txid = await txidOf(hex);
          const found = await orNull(call('getrawtransaction', [txid, true]));
          if (
            found !== null &&
            (read(shapes.confirmedTransaction, 'getrawtransaction', found).confirmations ?? 0) > 0
          ) {
            return txid;
          }
        }
        throw error;
      }
    },
  };
}
