import { createHash } from 'node:crypto';
import type { Network, Update, Wollet } from 'lwk_wasm';
import { SluiceError } from '../../../shared/errors.ts';
import { FormatError, toHex } from '../bytes.ts';
import { psetInvalid } from '../errors.ts';
import { loadLwk } from '../lwk.ts';
import { chainAnswerInvalid, watchBroken } from './errors.ts';
import { openingsOf, transactionsToReopen } from './late-outputs.ts';
import type { JobArgs, WalletState } from './messages.ts';
import type { Conversation } from './requests.ts';
import type { ScanResult, SecondOpinion, WalletView, WatchedWallet } from './types.ts';
import { mergeUpdates, openingsOnly, readUpdate, scriptsOnly, writeUpdate } from './update.ts';
import type { WatchedScript } from './update.ts';
import { balanceOf, tipOf, using, viewOf } from './view.ts';

/** A wallet in this thread's memory. */
interface Held {
  wollet: Wollet;
  wallet: WatchedWallet;
  oneChain: boolean;
  /** By script: all that LWK knows as this wallet's. */
  scripts: Map<string, WatchedScript>;
}

/** Requests that LWK makes at a time for transactions and headers; histories it asks for one by one. */
const CONCURRENCY = 4;
/** Fewer updates than this are not worth one that stands for them. */
const WORTH_IT = 8;

const held = new Map<string, Held>();

/** Green's accounts: addresses are issued by the server, one chain, and no gap limit. */
const AMP0_FORM = /elsh\(wsh\(multi\(2,[^<]+,[^<]+\/1\/\*\)\)\)/;

function withNetwork<R>({ network, policyAsset }: WatchedWallet, use: (network: Network) => R): R {
  const lwk = loadLwk();
  if (network === 'liquidv1') return using(lwk.Network.mainnet(), use);
  if (network === 'liquidtestnet') return using(lwk.Network.testnet(), use);
  // The network takes the asset id.
  return using(lwk.Network.regtest(new lwk.AssetId(policyAsset)), use);
}

function empty(wallet: WatchedWallet): Wollet {
  const lwk = loadLwk();
  return withNetwork(wallet, (network) => {
    try {
      return new lwk.Wollet(network, new lwk.WolletDescriptor(wallet.descriptor));
    } catch (error) {
      // What LWK says of a descriptor may repeat it, keys and all.
      throw watchBroken(
        'The descriptor of this wallet cannot be read by LWK.',
        error instanceof Error ? error.name : undefined,
      );
    }
  });
}

function apply(wollet: Wollet, bytes: Uint8Array): void {
  const lwk = loadLwk();
  using(new lwk.Update(bytes), (update) => wollet.applyUpdate(update));
}

function build(wallet: WatchedWallet, updates: readonly Uint8Array[]): Held {
  const wollet = empty(wallet);
  const scripts = new Map<string, WatchedScript>();
  try {
    for (const bytes of updates) {
      apply(wollet, bytes);
      for (const [script, place] of readUpdate(bytes).scripts) scripts.set(script, place);
    }
  } catch (error) {
    wollet.free();
    if (error instanceof WebAssembly.RuntimeError) throw error;
    throw watchBroken(
      'What is stored of this wallet’s history does not fit together.',
      error instanceof Error ? error.message.slice(0, 200) : undefined,
    );
  }
  return { wollet, wallet, oneChain: !/<\d+;\d+>/.test(wallet.descriptor), scripts };
}

function open(wallet: WatchedWallet, state: WalletState): Held {
  const there = held.get(wallet.id);
  if (state.known && there?.wallet.descriptor === wallet.descriptor) return there;
  if (state.known) throw watchBroken('The wallet is not in this thread’s memory.');
  // The one that was there may be in the middle of a scan; its memory goes with the last use.
  const fresh = build(wallet, state.updates);
  held.set(wallet.id, fresh);
  return fresh;
}

const look = ({ wollet, wallet, oneChain }: Held): WalletView => viewOf(wollet, wallet.policyAsset, oneChain);

export function view({ wallet, state }: JobArgs<'view'>): WalletView {
  return look(open(wallet, state));
}

export function forget({ id }: JobArgs<'forget'>): null {
  held.delete(id);
  return null;
}

export async function scan(
  { wallet, state, source, toIndex, unlessTip }: JobArgs<'scan'>,
  conversation: Conversation,
): Promise<ScanResult> {
  const here = open(wallet, state);
  if (toIndex === undefined && (here.wollet.isAmp0() || AMP0_FORM.test(wallet.descriptor))) {
    throw new SluiceError('NOT_ALLOWED', 'An AMP0 account has no gap limit and is never scanned by one.', {
      next: 'Ask the server for the account’s last address and scan up to it.',
    });
  }
  if (unlessTip !== undefined && isSettledAt(here.wollet, unlessTip)) {
    return { update: null, view: null, requests: 0 };
  }
  const lwk = loadLwk();
  const client = withNetwork(
    wallet,
    (network) =>
      new lwk.EsploraClient(network, conversation.url, source.kind === 'waterfalls', CONCURRENCY, false),
  );
  try {
    const found = await (toIndex === undefined
      ? client.fullScan(here.wollet)
      : // Servers of waterfalls take the number for one behind the last; Esplora is asked for whole twenties.
        client.fullScanToIndex(here.wollet, toIndex + 1));
    if (found === undefined) return { update: null, view: null, requests: conversation.requests };
    const known = here.scripts;
    const taken = using(found, (each) => take(here, each));
    const update = await openLate(here, taken, known, conversation);
    return { update, view: look(here), requests: conversation.requests };
  } catch (error) {
    throw conversation.fault ?? error;
  } finally {
    client.free();
  }
}

function isSettledAt(wollet: Wollet, hash: string): boolean {
  if (tipOf(wollet)?.hash !== hash) return false;
  return wollet.transactions().every((tx) => using(tx, (each) => each.height() !== undefined));
}

/** Applies what a scan found, without the witnesses that nobody needs; as it is to be kept. */
function take(here: Held, update: Update): Uint8Array {
  const parts = readUpdate(update.serialize());
  const scripts = new Map([...here.scripts, ...parts.scripts]);
  if (parts.txs.size > 0) {
    // LWK keeps the proofs of the outputs that the wallet knows as its own, so it has to know the new ones first.
    const knowing = empty(here.wallet);
    using(knowing, (wollet) => {
      apply(wollet, scriptsOnly(scripts, parts.tip));
      update.prune(wollet);
    });
  }
  const bytes = update.serialize();
  here.wollet.applyUpdate(update);
  here.scripts = scripts;
  return bytes;
}

/** The update, with what opens outputs of earlier transactions whose scripts came with it. */
async function openLate(
  here: Held,
  update: Uint8Array,
  known: ReadonlyMap<string, WatchedScript>,
  conversation: Conversation,
): Promise<Uint8Array> {
  const parts = readUpdate(update);
  const late = transactionsToReopen(look(here), parts, known);
  if (late.length === 0) return update;
  const lwk = loadLwk();
  const raws: Uint8Array[] = [];
  for (const txid of late) raws.push((await conversation.get(`/tx/${txid}/raw`)).body);
  const found = using(empty(here.wallet), (wollet) => {
    apply(wollet, scriptsOnly(here.scripts, parts.tip));
    for (const raw of raws)
      using(new lwk.Transaction(toHex(raw)), (tx) => wollet.applyTransaction(tx).free());
    return openingsOf(wollet, here.wallet.policyAsset);
  });
  apply(here.wollet, openingsOnly(found, parts.tip));
  return writeUpdate({ ...parts, openings: new Map([...parts.openings, ...found]) });
}

export function compact({ wallet, updates }: JobArgs<'compact'>): Uint8Array | null {
  if (updates.length < WORTH_IT) return null;
  const bytes = writeUpdate(mergeUpdates(updates.map(readUpdate)));
  const [before, after] = [updates, [bytes]].map((each) => {
    const made = build(wallet, each);
    return using(made.wollet, () => fingerprint(look(made)));
  });
  // Two ways to the same wallet: if they part, the many are kept.
  return before === after ? bytes : null;
}

function fingerprint(of: WalletView): string {
  const coins = of.coins.map((coin) => JSON.stringify(coin, bigints)).sort();
  const transactions = of.transactions.map((tx) => JSON.stringify(tx, bigints)).sort();
  return createHash('sha256')
    .update(JSON.stringify([of.tip, of.lastUsed, coins, transactions]))
    .digest('hex');
}

const bigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

export function examine({ wallet, state, pset, nonces }: JobArgs<'examine'>): SecondOpinion {
  const lwk = loadLwk();
  const { wollet } = open(wallet, state);
  try {
    if (nonces !== undefined) {
      // The PSET is consumed. Every output is opened with its nonce, and one that lies is refused.
      new lwk.Amp0Pset(new lwk.Pset(pset), [...nonces]).free();
    }
    return using(new lwk.Pset(pset), (read) =>
      using(wollet.psetDetails(read), (details) =>
        using(details.balance(), (balance) => ({
          fee: balance.fee(),
          effects: using(balance.balances(), (each) => balanceOf(each.entries())),
        })),
      ),
    );
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || !(error instanceof Error)) throw error;
    throw psetInvalid(`LWK does not agree with this transaction: ${error.message.slice(0, 200)}.`, {
      next: 'Do not sign it: build it again, and find out who changed it.',
    });
  }
}

/** Words for what LWK, or the reader of its updates, threw at an answer of a chain server. */
export function unreadable(error: unknown): SluiceError {
  const said = error instanceof Error ? error.message : String(error);
  const where = error instanceof FormatError ? 'LWK’s own update' : 'The chain server’s answer';
  return chainAnswerInvalid(`${where} cannot be used: ${said.slice(0, 200)}.`);
}
