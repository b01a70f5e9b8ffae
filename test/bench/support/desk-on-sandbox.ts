import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDesk, type Desk } from '../../../src/main/desk/index.ts';
import type { Asset } from '../../../src/shared/contract/index.ts';
import { callsOf, type Call } from '../../support/desk-calls.ts';
import { testSandbox, type TestSandbox } from '../../support/test-sandbox.ts';

export interface DeskOnSandbox {
  sandbox: TestSandbox;
  desk: Desk;
  call: Call;
  /** An authorized asset with a ticker and requirements, which all added holders meet. */
  asset: Asset & { ticker: string };
  /** Ids of the holders that were added, all with a GAID and in every category of the asset. */
  holders: { first: number; last: number };
  close(): Promise<void>;
}

/** A simulated world with that many more holders, and a desk in this process whose profile has read it all. */
export async function deskOnSandbox(holders: number, pace: number): Promise<DeskOnSandbox> {
  Object.assign(process.env, {
    SLUICE_SECRETS: 'vault',
    SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple',
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const sandbox = await testSandbox();
  const desk = await openDesk({ dataDir, host: 'cli', pace });
  const close = async (): Promise<void> => {
    await desk.close();
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const call = callsOf(desk, 'bench');
    const profile = await call('profiles.create', {
      name: 'Bench',
      network: 'regtest',
      connection: sandbox.connection,
    });
    await call('profiles.open', { id: profile.id });
    const { assets } = await call('assets.list', {});
    const asset = assets.find(
      (candidate): candidate is Asset & { ticker: string } =>
        candidate.isAuthorized && candidate.ticker !== null && candidate.requirements.length > 0,
    );
    if (!asset) throw new Error('The sandbox has no authorized asset with requirements.');
    const { firstId, lastId } = (await sandbox.control('POST', '/world/holders', {
      count: holders,
      categories: asset.requirements,
    })) as { firstId: number; lastId: number };
    await call('sync.run', {});
    return { sandbox, desk, call, asset, holders: { first: firstId, last: lastId }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An allocation file as a person would hand it in, base64. */
export function allocationFile(rows: Iterable<{ holder: string; amount: string; note?: string }>): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = ['holder,amount,note'];
  for (const { holder, amount, note = '' } of rows) lines.push(`${quoted(holder)},${amount},${quoted(note)}`);
  return Buffer.from(lines.join('\n'), 'utf8').toString('base64');
}
