import type { ConnectionStep, Network } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsOptions } from './call.ts';
import { createElementsNode } from './node.ts';
import type { ElementsConnection, ElementsNode, WalletInfo } from './types.ts';

/**
 * 22.0 brought PSET version 2, which the desk builds and signs, and fee rates in sat/vB. The old script asks for
 * 0.17.0.1; the desk was measured against 23.3.3.
 */
export const MINIMUM_VERSION = 220_000;

/** Share of the chain that must be verified: the threshold of AMP's own script. */
export const MINIMUM_PROGRESS = 0.999;

const GENESIS: Readonly<Record<string, Network>> = {
  '1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003': 'liquidv1',
  a771da8e52ee6ad581ed1e9a99825e5b3b7992225534eaa2ae23244fe26ab1c1: 'liquidtestnet',
};

const NETWORK_NAMES: Readonly<Record<Network, string>> = {
  liquidv1: 'Liquid',
  liquidtestnet: 'Liquid testnet',
  regtest: 'a regtest chain',
  sandbox: 'the simulated chain',
};

const TITLES = {
  node: 'Elements node',
  'node-version': 'Version of the node',
  network: 'Network',
  sync: 'Chain up to date',
  wallet: 'Treasury wallet',
  unlock: 'Wallet unlocked',
  'blinding-key': 'Blinding key',
} as const;
type NodeStep = keyof typeof TITLES;

export interface NodeTestOptions extends ElementsOptions {
  /** What the desk itself expects as the wallet's master blinding key (watch-only treasury), hex. */
  masterBlindingKey?: string | undefined;
}

/**
 * Tries everything the desk needs of the node, with a verdict per step. Never throws: what fails is a step. Steps after
 * one that makes them impossible are left out. Changes nothing on the node (a wallet that is not loaded stays so).
 */
export async function testNode(
  connection: ElementsConnection,
  expected: Network,
  options: NodeTestOptions = {},
): Promise<ConnectionStep[]> {
  const steps: ConnectionStep[] = [];
  const add = (step: NodeStep, verdict: ConnectionStep['verdict'], message: string, next = '') =>
    steps.push({ step, title: TITLES[step], verdict, message, next });

  /** Runs one step; false when it failed and what follows makes no sense. */
  const attempt = async (step: NodeStep, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      add(step, error.code === 'NODE_WARMING_UP' ? 'waiting' : 'wrong', error.message, error.next);
      return false;
    }
  };

  let node: ElementsNode | null = null;
  let version = 0;
  let name = '';
  const reached = await attempt('node', async () => {
    node = createElementsNode(connection, options);
    const info = await node.networkInfo();
    version = info.version;
    name = info.subversion.replaceAll('/', '');
    add('node', 'good', `${name || 'The node'} answers.`);
  });
  if (!reached || node === null) return steps;
  const reachable: ElementsNode = node;

  if (!/elements/i.test(name)) {
    add(
      'node-version',
      'wrong',
      `This node is “${name}”, not Elements Core.`,
      'Enter the address of the Elements node.',
    );
    return steps;
  }
  if (version < MINIMUM_VERSION) {
    add(
      'node-version',
      'wrong',
      `Elements ${versionText(version)} is too old: the desk needs 22.0 or newer for version 2 PSETs.`,
      'Update the node.',
    );
    return steps;
  }
  add('node-version', 'good', `Elements ${versionText(version)}.`);

  const rightChain = await attempt('network', async () => {
    const found = networkOf(await reachable.genesisHash(), (await reachable.chainInfo()).chain);
    if (matches(found.network, expected)) {
      add('network', 'good', `The node follows ${describe(found)}.`);
      return;
    }
    throw wrongNetwork(found, expected);
  });
  if (!rightChain) return steps;

  await attempt('sync', async () => {
    const chain = await reachable.chainInfo();
    // A chain that nobody mines (regtest) has an old tip and a progress below 1 although all of it is there.
    const isolated = expected === 'regtest' || expected === 'sandbox';
    const behind = chain.headers - chain.blocks;
    if (chain.verificationProgress >= MINIMUM_PROGRESS || (isolated && behind <= 0)) {
      add('sync', 'good', `At block ${chain.blocks}.`);
    } else {
      const percent = (Math.floor(chain.verificationProgress * 1000) / 10).toFixed(1);
      add(
        'sync',
        'waiting',
        `The node has verified ${percent} % of the chain (block ${chain.blocks} of ${chain.headers}).`,
        'Wait until it has caught up; the desk sends nothing before.',
      );
    }
  });

  let info: WalletInfo | null = null;
  const hasWallet = await attempt('wallet', async () => {
    info = await walletStep(reachable, connection.wallet, add);
  });
  if (!hasWallet || info === null) return steps;
  unlockStep(info, add);
  await attempt('blinding-key', async () => {
    const key = await reachable.wallet(connection.wallet).masterBlindingKey();
    if (options.masterBlindingKey !== undefined && key !== options.masterBlindingKey) {
      add(
        'blinding-key',
        'wrong',
        'The wallet has another blinding key than the treasury, so the node cannot see its coins.',
        'Import the treasury’s blinding key into the wallet (importmasterblindingkey), or let the desk make the wallet again.',
      );
    } else {
      add(
        'blinding-key',
        'good',
        'The wallet has a master blinding key. Keep a copy: it is not part of the seed.',
      );
    }
  });
  return steps;
}

type Add = (step: NodeStep, verdict: ConnectionStep['verdict'], message: string, next?: string) => void;

async function walletStep(node: ElementsNode, wallet: string, add: Add): Promise<WalletInfo> {
  const shown = wallet === '' ? 'the default wallet' : `the wallet “${wallet}”`;
  if (!(await node.loadedWallets()).includes(wallet)) {
    const exists = (await node.walletDirectory()).includes(wallet);
    throw new SluiceError(
      'WALLET_NOT_LOADED',
      exists
        ? `The node has ${shown}, but it is not loaded.`
        : `The node has no ${shown.replace(/^the /, '')}.`,
      {
        next: exists
          ? `Load it: elements-cli loadwallet "${wallet}" true.`
          : 'Correct the name, or let the desk create the wallet.',
      },
    );
  }
  const info = await node.wallet(wallet).info();
  if (!info.descriptors) {
    add(
      'wallet',
      'attention',
      `The node has ${shown}; it is of the old kind (legacy): it can sign, but nothing can be taken over from it.`,
      'Better a descriptor wallet: let the desk create one and move the funds there.',
    );
  } else if (info.scanning) {
    add(
      'wallet',
      'waiting',
      `The node is searching the chain for coins of ${shown}.`,
      'Wait until it has finished.',
    );
  } else {
    add(
      'wallet',
      'good',
      `The node has ${shown} loaded (${info.privateKeys ? 'with its keys' : 'watch-only'}).`,
    );
  }
  return info;
}

function unlockStep(info: WalletInfo, add: Add): void {
  if (!info.privateKeys) {
    add('unlock', 'good', 'Watch-only: there is nothing to unlock; the keys are elsewhere.');
  } else if (info.unlockedUntil === null) {
    add('unlock', 'good', 'The wallet is not encrypted on the node.');
  } else if (info.unlockedUntil === 0) {
    add(
      'unlock',
      'attention',
      'The wallet is locked, so the node cannot sign.',
      `Before a distribution: elements-cli -rpcwallet="${info.name}" walletpassphrase "<passphrase>" 3600.`,
    );
  } else {
    add('unlock', 'good', `The wallet is unlocked until ${new Date(info.unlockedUntil).toISOString()}.`);
  }
}

interface FoundNetwork {
  network: 'liquidv1' | 'liquidtestnet' | 'regtest';
  chain: string;
}

/** The genesis block decides; the chain's name is only what the node calls it. */
function networkOf(genesis: string, chain: string): FoundNetwork {
  const known = GENESIS[genesis];
  return { network: known === 'liquidv1' || known === 'liquidtestnet' ? known : 'regtest', chain };
}

function matches(found: FoundNetwork['network'], expected: Network): boolean {
  return found === (expected === 'sandbox' ? 'regtest' : expected);
}

function describe(found: FoundNetwork): string {
  return found.network === 'regtest' ? `the private chain “${found.chain}”` : NETWORK_NAMES[found.network];
}

function wrongNetwork(found: FoundNetwork, expected: Network): SluiceError {
  return new SluiceError(
    'NODE_WRONG_NETWORK',
    `The node follows ${describe(found)}, but this profile is for ${NETWORK_NAMES[expected]}.`,
    { next: 'Enter the address of the right node, or make a profile for this network.' },
  );
}

/** Throws NODE_WRONG_NETWORK when the node is not on this network; for use before anything is built. */
export async function requireNetwork(node: ElementsNode, expected: Network): Promise<void> {
  const found = networkOf(await node.genesisHash(), (await node.chainInfo()).chain);
  if (!matches(found.network, expected)) throw wrongNetwork(found, expected);
}

/** 230303 → 23.3.3 */
function versionText(version: number): string {
  return `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}.${version % 100}`;
}
