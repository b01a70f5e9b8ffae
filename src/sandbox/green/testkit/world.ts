import { startAmp } from '../../amp/index.ts';
import type { AmpServer } from '../../amp/index.ts';
import { ProofPool } from '../../crypto/index.ts';
import { AmpUser, Wallet } from '../../testing/clients.ts';
import type { Control } from '../../testing/clients.ts';
import type { Scene } from '../../testing/scene.ts';
import type { SandboxHandle } from '../../types.ts';
import { REGTEST_PREFIXES, nodeBackend, simulatedBackend } from '../../world/backend.ts';
import type { Backend } from '../../world/backend.ts';
import { spareGaids } from '../../world/gaids.ts';
import { TREASURY_WALLET, fundTreasury, openTreasury } from '../../world/treasury.ts';
import type { GreenFault } from '../faults.ts';
import { startGreen } from '../index.ts';
import type { GreenServer } from '../index.ts';

/**
 * A chain, AMP and Green, without a past (`SANDBOX_ELEMENTS_URL` puts them on a real Elements regtest node); and a client
 * of Green that shares nothing with the server or the desk.
 */
export interface World {
  backend: Backend;
  pool: ProofPool;
  amp: AmpServer;
  green: GreenServer;
  /** For the helpers of the sandbox's other tests. */
  scene: Scene;
  /** Each call takes the first that is meant for it. */
  faults: (GreenFault & { call: string })[];
  mine(blocks: number): Promise<void>;
  /** Closes AMP and Green and opens them again over the same books; needs a state file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(stateFile: string | null = null): Promise<World> {
  const elementsUrl = process.env['SANDBOX_ELEMENTS_URL'];
  const backend =
    elementsUrl === undefined ? await simulatedBackend(null, 1) : await nodeBackend(elementsUrl);
  const pool = new ProofPool();
  const faults: World['faults'] = [];
  const take = (call: string): GreenFault | null => {
    const at = faults.findIndex((fault) => fault.call === call);
    return at < 0 ? null : (faults.splice(at, 1)[0] ?? null);
  };
  const start = async (): Promise<{ amp: AmpServer; green: GreenServer; scene: Scene }> => {
    const amp = await startAmp({
      stateFile,
      port: 0,
      seed: 1,
      node: backend.node,
      prefixes: REGTEST_PREFIXES,
      policyAsset: backend.policyAsset,
      pool,
      faucet: (address, sats) => backend.faucet(address, sats),
      intercept: (_call, carryOut) => carryOut(),
      clock: Date.now,
    });
    const green = await startGreen({ amp: amp.context, intercept: take });
    const scene: Scene = {
      sandbox: { gaids: spareGaids(amp.context) } as SandboxHandle,
      amp: await AmpUser.login({ amp }),
      wallet: new Wallet({ elements: { ...backend.node, wallet: TREASURY_WALLET } }),
      control: { mine: (blocks: number) => backend.mine(blocks) } as unknown as Control,
    };
    return { amp, green, scene };
  };
  const parts = await start();
  await openTreasury(backend);
  await fundTreasury(backend);
  await backend.mine(1);
  const world: World = {
    backend,
    pool,
    ...parts,
    faults,
    mine: async (blocks) => {
      await backend.mine(blocks);
    },
    restart: async () => {
      await world.green.close();
      await world.amp.close();
      Object.assign(world, await start());
    },
    close: async () => {
      await world.green.close();
      await world.amp.close();
      await pool.close();
      await backend.close();
    },
  };
  return world;
}
