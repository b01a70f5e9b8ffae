import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startAmp, readMeta, writeMeta } from './amp/index.ts';
import type { AmpServer, BooksOptions } from './amp/index.ts';
import { startAmp2 } from './amp2/index.ts';
import type { Amp2Server } from './amp2/index.ts';
import { interceptAmp } from './control/amp-intercept.ts';
import { startElementsProxy } from './control/elements-proxy.ts';
import { Faults } from './control/faults.ts';
import { SANDBOX_DEFAULTS } from './control/options.ts';
import type { SandboxOptions } from './control/options.ts';
import { startControl } from './control/server.ts';
import { TruthTeller } from './control/truth.ts';
import { ProofPool } from './crypto/index.ts';
import { startEsplora } from './esplora/index.ts';
import { startGreen } from './green/index.ts';
import { openWorldJade } from './jade/index.ts';
import type { SandboxHandle, SandboxStartOptions } from './types.ts';
import { REGTEST_PREFIXES, nodeBackend, simulatedBackend } from './world/backend.ts';
import type { Backend } from './world/backend.ts';
import { issueAmp2Assets } from './world/amp2-assets.ts';
import { moveTreasury } from './world/move-treasury.ts';
import { addManyHolders } from './world/bulk.ts';
import { spareGaids } from './world/gaids.ts';
import { Issuer } from './world/issuer.ts';
import { seedWorld } from './world/seed.ts';
import { TREASURY_WALLET, fundTreasury, openTreasury } from './world/treasury.ts';
import { interceptWeb } from './web/index.ts';

const DEFAULT_SEED = 1;

/** Starts the simulated outside in this process. Rejects when a port is taken or the real node is not usable. */
export async function startSandbox(options: SandboxStartOptions = {}): Promise<SandboxHandle> {
  const { stateDir } = options;
  if (stateDir !== undefined) mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = (name: string): string | null => (stateDir === undefined ? null : join(stateDir, name));
  const closing: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    return await assemble(options, file, closing, closeAll);
  } catch (error) {
    await closeAll();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') {
      throw new Error(`Another sandbox is using ${stateDir}.`, { cause: error });
    }
    if (!(error instanceof UnfinishedWorld) || stateDir === undefined) throw error;
    for (const name of readdirSync(stateDir)) {
      if (/^(?:amp|amp2|chain|esplora|truth)\.sqlite/.test(name)) rmSync(join(stateDir, name));
    }
    return startSandbox(options);
  }
}

/** The process that made this world was ended before it was done: nobody has used it yet, so it is made again. */
class UnfinishedWorld extends Error {}

async function assemble(
  options: SandboxStartOptions,
  file: (name: string) => string | null,
  closing: (() => Promise<void> | void)[],
  closeAll: () => Promise<void>,
): Promise<SandboxHandle> {
  const seed = options.seed ?? DEFAULT_SEED;
  const backend =
    options.elementsUrl === undefined
      ? await simulatedBackend(file('chain.sqlite'), seed)
      : await nodeBackend(options.elementsUrl);
  closing.push(() => backend.close());
  const pool = new ProofPool();
  closing.push(() => pool.close());
  const faults = new Faults();
  let settings: SandboxOptions | null = null;
  const current = (): SandboxOptions => {
    if (!settings) throw new Error('the sandbox is starting');
    return settings;
  };

  const amp = await startAmp({
    stateFile: file('amp.sqlite'),
    port: options.ampPort ?? 0,
    seed,
    node: backend.node,
    prefixes: REGTEST_PREFIXES,
    policyAsset: backend.policyAsset,
    pool,
    faucet: (address, sats) => backend.faucet(address, sats),
    intercept: interceptAmp(faults, current),
    clock: Date.now,
  });
  closing.push(() => amp.close());
  settings = loadOptions(amp, options.blockSeconds);

  const esplora = await startEsplora({
    stateFile: file('esplora.sqlite'),
    port: options.esploraPort ?? 0,
    node: backend.node,
    changes: backend.changes,
    intercept: interceptWeb(faults, 'esplora'),
  });
  closing.push(() => esplora.close());

  const amp2 = await startAmp2({
    stateFile: file('amp2.sqlite'),
    port: options.amp2Port ?? 0,
    seed: amp.seed,
    node: backend.node,
    chain: esplora.index,
    prefixes: REGTEST_PREFIXES,
    policyAsset: backend.policyAsset,
    pool,
    faucet: (address, sats) => backend.faucet(address, sats),
    intercept: (spoilers) => interceptWeb(faults, 'amp2', spoilers),
    clock: Date.now,
  });
  closing.push(() => amp2.close());
  const green = await startGreen({
    amp: amp.context,
    port: options.greenPort ?? 0,
    intercept: (call) => faults.take('green', call, `/${call}`),
  });
  closing.push(() => green.close());

  await openTreasury(backend);
  await settle(backend, amp, amp2, options.world ?? 'issuer');
  const truth = new TruthTeller(
    file('truth.sqlite'),
    Number(readMeta(amp.context.db, 'birthday') ?? 1),
    backend.client,
    amp.context.green,
    pool,
    backend.ownWallets,
    amp2.owners,
  );
  closing.push(() => {
    truth.close();
  });

  const timer = new BlockTimer(backend);
  closing.push(() => timer.stop());
  timer.set(settings.blockSeconds);

  const proxy = await startElementsProxy(backend.node, options.elementsPort ?? 0, faults, current, () => {
    change({ walletLocked: false });
  });
  closing.push(() => proxy.close());

  function change(changed: Partial<SandboxOptions>): void {
    settings = { ...current(), ...changed };
    Object.assign(amp.context.options, booksOptions(settings));
    writeMeta(amp.context.db, 'options', JSON.stringify(settings));
    timer.set(settings.blockSeconds);
  }

  const jade = await openWorldJade({ seed: amp.seed, file });
  closing.push(() => jade.close());

  const control = await startControl(options.controlPort ?? 0, {
    mine: (blocks) => backend.mine(blocks),
    reorg: (depth) => backend.reorg(depth),
    addFault: (fault) => {
      faults.add(fault);
    },
    clearFaults: () => {
      faults.clear();
    },
    options: current,
    setOptions: change,
    truth: () => truth.tell(),
    status: async () => ({
      pid: process.pid,
      chain: backend.kind,
      height: Number(await backend.client.call<bigint>('getblockcount')),
      mempool: (await backend.client.call<string[]>('getrawmempool')).length,
      seed: amp.seed,
      options: current(),
      faults: faults.list(),
    }),
    addHolders: (wanted) => addManyHolders(amp.context, wanted),
    moveTreasury: (wallet) => moveTreasury(backend, amp, wallet),
    jade: () => jade.look(),
    jadeDo: (deed) => jade.act(deed),
    amp2: () => amp2.amp2.look(),
    amp2Do: (deed) => {
      amp2.amp2.do(deed);
      return amp2.amp2.look();
    },
  });
  closing.push(() => control.close());

  return {
    amp: { url: amp.url, username: amp.username, password: amp.password },
    elements: {
      url: `http://127.0.0.1:${proxy.port}/`,
      username: backend.node.username,
      password: backend.node.password,
      wallet: TREASURY_WALLET,
    },
    control: control.url,
    jade: jade.access,
    green: {
      url: green.url,
      cosignUrl: green.cosignUrl,
      serverPubkey: green.serverPubkey,
      serverChainCode: green.serverChainCode,
    },
    amp2: {
      url: amp2.url,
      serverKey: amp2.serverKey,
      issuerToken: amp2.issuerToken,
      assets: amp2.amp2.assets
        .list()
        .map(({ assetId, name, ticker, precision, group }) => ({ assetId, name, ticker, precision, group })),
    },
    esplora: { url: esplora.url },
    gaids: spareGaids(amp.context),
    close: closeAll,
  };
}

/** Fills a new world once. Throws UnfinishedWorld for one that was begun and not finished. */
async function settle(
  backend: Backend,
  amp: AmpServer,
  amp2: Amp2Server,
  world: 'issuer' | 'empty',
): Promise<void> {
  const { db } = amp.context;
  const state = readMeta(db, 'world');
  if (state === 'done') {
    // A world from before AMP2 was simulated gets its assets now.
    if ((await issueAmp2Assets(backend, amp2)) > 0) await backend.mine(1);
    return;
  }
  if (state === 'begun') throw new UnfinishedWorld();
  writeMeta(db, 'world', 'begun');
  if (world === 'issuer') {
    await seedWorld(
      backend,
      amp.context,
      new Issuer(amp.api, { username: amp.username, password: amp.password }),
      async () => {
        await issueAmp2Assets(backend, amp2);
      },
    );
  } else {
    await fundTreasury(backend);
    await issueAmp2Assets(backend, amp2);
    await backend.mine(1);
  }
  writeMeta(db, 'world', 'done');
}

function booksOptions(settings: SandboxOptions): BooksOptions {
  const { refuseSecondOpenDistribution, tokenLifetimeSeconds, forgetIssuanceBlinders } = settings;
  return { refuseSecondOpenDistribution, tokenLifetimeSeconds, forgetIssuanceBlinders };
}

function loadOptions(amp: AmpServer, blockSeconds: number | undefined): SandboxOptions {
  const saved = JSON.parse(readMeta(amp.context.db, 'options') ?? '{}') as Partial<SandboxOptions>;
  return {
    ...SANDBOX_DEFAULTS,
    ...amp.context.options,
    ...saved,
    ...(blockSeconds === undefined ? {} : { blockSeconds }),
  };
}

/** Mines on its own account; one block at a time, however long one takes. */
class BlockTimer {
  private readonly backend: Backend;
  private timer: NodeJS.Timeout | null = null;
  private mining: Promise<void> | null = null;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** 0: no more blocks from now on. */
  set(seconds: number): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = seconds > 0 ? setInterval(() => this.tick(), seconds * 1000) : null;
  }

  /** Resolves when the block under way, if any, is done. */
  async stop(): Promise<void> {
    this.set(0);
    await this.mining;
  }

  private tick(): void {
    this.mining ??= this.mine();
  }

  private async mine(): Promise<void> {
    try {
      await this.backend.mine(1);
    } catch (error) {
      process.stderr.write(`sandbox: no block: ${error instanceof Error ? error.message : String(error)}\n`);
    } finally {
      this.mining = null;
    }
  }
}
