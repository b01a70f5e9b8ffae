import { NodeClient, NodeRefusal, nodeAddress } from '../amp/index.ts';
import type { NodeAddress } from '../amp/index.ts';
import { createSandboxNode } from '../elements/index.ts';

/** The chain under the sandbox: the simulated one, or a real Elements node in regtest. */
export interface Backend {
  kind: 'simulated' | 'node';
  node: NodeAddress;
  client: NodeClient;
  /** L-BTC of this chain, hex in display order. */
  policyAsset: string;
  /** Wallets that belong to the sandbox and not to the issuer. */
  ownWallets: readonly string[];
  /** Pays L-BTC (base units) to an address; returns the txid, in the mempool. */
  faucet(address: string, sats: bigint): Promise<string>;
  /** Returns the hashes of the new blocks. */
  mine(blocks: number): Promise<string[]>;
  /** Puts `depth` blocks aside for `depth` + 1 others without their transactions, which return to the mempool. */
  reorg(depth: number): Promise<string[]>;
  /** Counts what happens to the chain and its mempool; null where only asking tells. */
  changes: (() => number) | null;
  close(): Promise<void>;
}

/** How addresses of Elements' regtest begin; the simulated chain uses the same. */
export const REGTEST_PREFIXES = { plain: 'ert', confidential: 'el' } as const;

export async function simulatedBackend(stateFile: string | null, seed: number): Promise<Backend> {
  const node = await createSandboxNode({ seed, ...(stateFile === null ? {} : { stateFile }) });
  const address = { url: node.url, username: node.username, password: node.password };
  let changes = 0;
  node.chain.onBlock(() => (changes += 1));
  node.chain.onTransaction(() => (changes += 1));
  return {
    kind: 'simulated',
    node: address,
    client: new NodeClient(address),
    policyAsset: node.chain.policyAsset,
    ownWallets: [],
    faucet: (to, sats) => node.faucet(to, sats),
    mine: async (blocks) => Promise.resolve(node.chain.mine(blocks)),
    reorg: async (depth) => Promise.resolve(node.chain.reorg(depth)),
    changes: () => changes,
    close: () => node.close(),
  };
}

const FAUCET = 'faucet';

/** L-BTC that a wallet must at least hold to serve as the faucet, in whole coins. */
const FAUCET_LEAST = 100;

/**
 * A real node, by its URL with credentials. Throws when it is not on regtest: a simulated issuer has no business on a
 * chain that is worth something.
 */
export async function nodeBackend(url: string): Promise<Backend> {
  const address = nodeAddress(url);
  const client = new NodeClient(address);
  const { chain } = await client.call<{ chain: string }>('getblockchaininfo');
  if (chain !== 'elementsregtest') {
    throw new Error(`The node at ${address.url} is on “${chain}”; the sandbox needs “elementsregtest”.`);
  }
  const { pegged_asset: policyAsset } = await client.call<{ pegged_asset: string }>('getsidechaininfo');
  const wallet = await faucetWallet(client);
  const script = await client.call<string>('getnewaddress', [], wallet);
  const mine = async (blocks: number): Promise<string[]> => {
    const hashes = await client.call<string[]>('generatetoaddress', [blocks, script]);
    // A real wallet learns of a block a moment after the chain does.
    await client.call('syncwithvalidationinterfacequeue');
    return hashes;
  };
  return {
    kind: 'node',
    node: address,
    client,
    policyAsset,
    ownWallets: [wallet],
    faucet: (to, sats) => {
      const amount = `${sats / 100_000_000n}.${(sats % 100_000_000n).toString().padStart(8, '0')}`;
      return client.call<string>('sendtoaddress', [to, amount], wallet);
    },
    mine,
    reorg: async (depth) => {
      const height = Number(await client.call<bigint>('getblockcount'));
      const first = await client.call<string>('getblockhash', [height - depth + 1]);
      await client.call('invalidateblock', [first]);
      const hashes: string[] = [];
      for (let i = 0; i <= depth; i++) {
        const block = await client.call<{ hash: string }>('generateblock', [script, []]);
        hashes.push(block.hash);
      }
      await client.call('syncwithvalidationinterfacequeue');
      return hashes;
    },
    changes: null,
    close: async () => {
      client.close();
      return Promise.resolve();
    },
  };
}

/** A loaded wallet with L-BTC enough; else one that takes the chain's initial free coins. */
async function faucetWallet(client: NodeClient): Promise<string> {
  for (const name of await client.call<string[]>('listwallets')) {
    const { bitcoin } = await client.call<Record<string, unknown>>('getbalance', [], name);
    if (Number(typeof bitcoin === 'object' ? (bitcoin as { text: string }).text : bitcoin) >= FAUCET_LEAST) {
      return name;
    }
  }
  try {
    await client.call('createwallet', [FAUCET]);
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    await client.call('loadwallet', [FAUCET]);
  }
  await client.call('rescanblockchain', [0], FAUCET);
  return FAUCET;
}
