import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { assemble } from './assemble.ts';
import type { Call } from './call.ts';
import { psetState } from './pset-state.ts';
import { rpcErrorOf } from './rpc-error.ts';
import * as shapes from './shapes.ts';
import { read } from './shapes.ts';
import type { Coin, OutPoint, TreasuryWallet } from './types.ts';

const NO_LIMIT = 9_999_999;
const PAGE = 1000;

const key = (point: OutPoint) => `${point.txid}:${point.vout}`;

/** A wallet of the node. */
export function createWallet(name: string, call: Call): TreasuryWallet {
  const rpc = (method: string, params: readonly unknown[] = []) => call(method, params, { wallet: name });

  const locked = async (): Promise<OutPoint[]> =>
    read(shapes.lockedCoins, 'listlockunspent', await rpc('listlockunspent'));

  /** Of these coins, each once, those that are locked, or are not. */
  const which = async (coins: readonly OutPoint[], state: 'locked' | 'free'): Promise<OutPoint[]> => {
    const now = new Set((await locked()).map(key));
    const distinct = new Map(coins.map((coin) => [key(coin), { txid: coin.txid, vout: coin.vout }]));
    return [...distinct].filter(([id]) => now.has(id) === (state === 'locked')).map(([, point]) => point);
  };

  /** The node refuses the whole list for one coin that is locked already, so only the others are named. */
  const lock = async (coins: readonly OutPoint[]) => {
    const todo = await which(coins, 'free');
    if (todo.length === 0) return;
    try {
      // Persistent, so that a restart of the node does not free the coins of a batch that is being signed.
      await rpc('lockunspent', [false, todo, true]);
    } catch (error) {
      // Somebody else may have been faster; what counts is the state.
      if ((await which(todo, 'free')).length > 0) throw error;
    }
  };

  const unlock = async (coins: readonly OutPoint[]) => {
    const todo = await which(coins, 'locked');
    if (todo.length === 0) return;
    try {
      await rpc('lockunspent', [true, todo]);
    } catch (error) {
      // One coin that has been spent keeps the others locked: name them singly, and let the spent ones be.
      if (rpcErrorOf(error)?.rpcCode !== -8) throw error;
      for (const point of await which(todo, 'locked')) {
        if ((await call('gettxout', [point.txid, point.vout, true])) !== null) {
          await rpc('lockunspent', [true, [point]]);
        }
      }
    }
  };

  return {
    name,

    async info() {
      const info = read(shapes.walletInfo, 'getwalletinfo', await rpc('getwalletinfo'));
      return {
        name: info.walletname,
        descriptors: info.descriptors,
        privateKeys: info.private_keys_enabled,
        unlockedUntil: info.unlocked_until === undefined ? null : info.unlocked_until * 1000,
        scanning: info.scanning !== false,
      };
    },

    async coins(options = {}) {
      const filter = options.assetId === undefined ? {} : { asset: options.assetId };
      const answer = await rpc('listunspent', [options.minConfirmations ?? 1, NO_LIMIT, [], true, filter]);
      return read(shapes.coins, 'listunspent', answer).map((coin): Coin => ({
        txid: coin.txid,
        vout: coin.vout,
        assetId: coin.asset,
        value: coin.amount,
        assetBlinder: coin.assetblinder,
        amountBlinder: coin.amountblinder,
        script: coin.scriptPubKey,
        address: coin.address ?? null,
        confirmations: coin.confirmations,
        spendable: coin.spendable,
        solvable: coin.solvable,
      }));
    },

    lock,
    unlock,
    locked,

    async newAddress() {
      return read(shapes.address, 'getnewaddress', await rpc('getnewaddress', ['', 'blech32']));
    },

    async newChangeAddress() {
      return read(shapes.address, 'getrawchangeaddress', await rpc('getrawchangeaddress', ['blech32']));
    },

    assemble: (request) => assemble(call, rpc, request),

    async sign(pset) {
      const before = psetState(pset);
      if (before.unblindedOutputs > 0) {
        throw new SluiceError(
          'PSET_INVALID',
          'The transaction is not fully blinded, so the node would blind it itself.',
          {
            next: 'Build the batch again; the desk must know every blinder for the report.',
          },
        );
      }
      const answer = await rpc('walletprocesspsbt', [pset, true, 'ALL', true, false]);
      const processed = read(shapes.processedPset, 'walletprocesspsbt', answer);
      if (psetState(processed.psbt).signatures <= before.signatures) {
        throw new SluiceError(
          'SIGNING_FAILED',
          `The wallet “${name}” added no signature: it does not hold the keys of these coins.`,
          {
            next: 'Check that the profile’s wallet is the one that holds the coins, and that it is not watch-only.',
          },
        );
      }
      return processed.psbt;
    },

    async transaction(txid) {
      let answer: unknown;
      try {
        answer = await rpc('gettransaction', [txid, true]);
      } catch (error) {
        if (rpcErrorOf(error)?.rpcCode === -5) return null;
        throw error;
      }
      const found = read(shapes.walletTransaction, 'gettransaction', answer);
      return {
        txid: found.txid,
        confirmations: found.confirmations,
        blockHash: found.blockhash ?? null,
        blockHeight: found.blockheight ?? null,
        hex: found.hex,
      };
    },

    async details(txid) {
      let answer: unknown;
      try {
        answer = await rpc('gettransaction', [txid, true]);
      } catch (error) {
        if (rpcErrorOf(error)?.rpcCode === -5) return null;
        throw error;
      }
      const sent = read(shapes.sentDetails, 'gettransaction', answer).details.filter(
        (one) => one.category === 'send',
      );
      const known = sent.flatMap(({ asset, ...one }) => (asset === null ? [] : [{ ...one, asset }]));
      if (known.length === 0 || known.length !== sent.length) return null;
      return known.map((one) => ({
        address: one.address,
        vout: one.vout,
        assetId: one.asset,
        // The node writes what was paid as negative.
        amount: amount(one.amount < 0n ? -one.amount : one.amount),
        amountBlinder: one.amountblinder,
        assetBlinder: one.assetblinder,
      }));
    },

    async transactions(count, skip) {
      // The node counts entries, one per output; a batch of 75 has 75 and more of them.
      const found = new Map<
        string,
        { txid: string; confirmations: number; time: number; comment: string | null }
      >();
      for (let offset = 0; found.size < count + skip; offset += PAGE) {
        const answer = await rpc('listtransactions', ['*', PAGE, offset, true]);
        const entries = read(shapes.transactionList, 'listtransactions', answer);
        for (const entry of entries.toReversed()) {
          if (entry.txid === undefined) continue;
          const before = found.get(entry.txid);
          found.set(entry.txid, {
            txid: entry.txid,
            confirmations: entry.confirmations ?? 0,
            time: (entry.time ?? 0) * 1000,
            comment: entry.comment ?? before?.comment ?? null,
          });
        }
        if (entries.length < PAGE) break;
      }
      return [...found.values()].slice(skip, skip + count);
    },

    async descriptors() {
      let answer: unknown;
      try {
        answer = await rpc('listdescriptors');
      } catch (error) {
        const said = rpcErrorOf(error);
        if (said?.rpcCode === -4 && /non-descriptor/i.test(said.rpcMessage)) return [];
        throw error;
      }
      return read(shapes.descriptorList, 'listdescriptors', answer).descriptors.map(
        ({ desc, active, internal }) => ({
          desc,
          active,
          internal,
        }),
      );
    },

    async masterBlindingKey() {
      return read(shapes.key32, 'dumpmasterblindingkey', await rpc('dumpmasterblindingkey'));
    },

    async addressInfo(address) {
      const info = read(shapes.addressInfo, 'getaddressinfo', await rpc('getaddressinfo', [address]));
      return {
        isMine: info.ismine,
        isChange: info.ischange,
        script: info.scriptPubKey,
        confidential: info.confidential || null,
        desc: info.desc ?? null,
      };
    },
  };
}
