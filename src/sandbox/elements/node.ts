import type { ChainListener } from '../chain/index.ts';
import { Chain, openDatabase } from '../chain/index.ts';
import { OP_TRUE, ProofPool } from '../crypto/index.ts';
import { dispatch } from './dispatch.ts';
import { Faucet, newPassword } from './faucet.ts';
import { Faults } from './faults.ts';
import { plain } from './json.ts';
import type { NodeCore } from './methods/registry.ts';
import { NodeDied, RpcServer } from './server.ts';
import { TruthTeller } from './truth.ts';
import type { BlockSummary, SandboxChain, SandboxNode, SandboxNodeOptions } from './types.ts';
import { WalletStore } from './wallet-store.ts';
import { Wallets } from './wallets.ts';

/** How long the node is away after a request that kills it. */
const DEAD_FOR_MS = 1_000;

function summary(block: BlockSummary): BlockSummary {
  return { hash: block.hash, height: block.height, time: block.time, txids: [...block.txids] };
}

function chainFace(chain: Chain): SandboxChain {
  return {
    policyAsset: chain.policyAsset,
    genesisHash: chain.genesisHash,
    tip: () => summary(chain.tip),
    mine: (blocks = 1) => chain.mine(blocks, OP_TRUE),
    reorg: (depth) => chain.reorganize(depth, OP_TRUE),
    onBlock: (listener) => chain.listen({ tip: (block) => listener(summary(block)) }),
    onTransaction: (listener) => chain.listen({ added: (txid) => listener(txid) }),
  };
}

/**
 * Starts a simulated Liquid chain with its Elements node, or opens again the one in `stateFile`. Everything it accepts
 * has real commitments, proofs and signatures, which it verifies itself.
 */
export async function createSandboxNode(options: SandboxNodeOptions = {}): Promise<SandboxNode> {
  const db = openDatabase(options.stateFile);
  const pool = new ProofPool();
  const now = options.clock ?? Date.now;
  const chain = new Chain(db, pool, {
    clock: now,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const host = { chain, pool, store: new WalletStore(db), now };
  let wallets = new Wallets(host);
  wallets.resume();
  // The chain tells whichever wallets there are: dying and coming back makes new ones.
  const relay: ChainListener = {
    added: (txid, tx) => wallets.added(txid, tx),
    connected: (block) => wallets.connected(block),
  };
  chain.listen(relay);
  const core: NodeCore = {
    chain,
    pool,
    get wallets() {
      return wallets;
    },
    die: () => {
      throw new NodeDied('the node died');
    },
  };
  const username = options.username ?? 'user';
  const password = options.password ?? chain.store.meta('rpc_password') ?? newPassword();
  chain.store.setMeta('rpc_password', password);

  const faults = new Faults();
  let closed = false;
  let port = 0;
  const server = new RpcServer(core, faults, { username, password }, () => {
    void (async () => {
      await server.stop();
      wallets = new Wallets(host);
      wallets.resume();
      await new Promise((resolve) => setTimeout(resolve, DEAD_FOR_MS));
      if (!closed) await server.listen(port);
    })();
  });
  port = await server.listen(options.port ?? 0);

  const seconds = options.blockSeconds ?? 0;
  const timer = seconds > 0 ? setInterval(() => chain.mine(1, OP_TRUE), seconds * 1000) : null;
  timer?.unref();
  const faucet = new Faucet(chain, pool);
  const truth = new TruthTeller(chain, pool);
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    username,
    password,
    chain: chainFace(chain),
    faucet: (address, sats) => faucet.pay(address, sats),
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    truth: (keys) => truth.tell(keys),
    call: async (method, params, wallet) => plain(await dispatch(core, method, params ?? [], wallet)),
    close: async () => {
      closed = true;
      if (timer) clearInterval(timer);
      await server.stop();
      await pool.close();
      db.close();
    },
  };
}
