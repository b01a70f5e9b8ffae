import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { sha256, wally } from '../crypto/index.ts';
import type { JadeAccess } from '../types.ts';
import { perform } from './deeds.ts';
import { startOracle } from './oracle.ts';
import { serveJade } from './serve.ts';
import { SimulatedJade } from './simulated-jade.ts';
import type { Flash, JadeView } from './types.ts';

/** The Jade of a simulated world, its oracle, and the hands of whoever holds it. */
export interface WorldJade {
  access: JadeAccess;
  /** `shown` are the prompts so far, the oldest first. */
  look(): JadeView & { shown: readonly (readonly string[])[] };
  /** See `perform`. Throws RangeError. */
  act(body: Record<string, unknown>): JadeView;
  close(): Promise<void>;
}

/** Opens it with a wallet of its own for each seed, locked with a PIN. `file` names what survives a restart. */
export async function openWorldJade(options: {
  seed: number;
  file: (name: string) => string | null;
}): Promise<WorldJade> {
  const oracle = await startOracle({ ...flashAt(options.file('jade-oracle.json')) });
  const jade = new SimulatedJade({
    mnemonic: wordsOf(options.seed),
    oracle,
    ...flashAt(options.file('jade.json')),
  });
  const served = await serveJade(jade);
  const look = (): JadeView & { shown: readonly (readonly string[])[] } => ({
    ...jade.view,
    shown: jade.shown,
  });
  return {
    access: { address: served.address, oracle: oracle.url },
    look,
    act(body) {
      perform({ jade, mood: (mood) => oracle.mood(mood) }, body);
      return look();
    },
    close: async () => {
      await served.close();
      jade.press({ do: 'unplug' });
      await oracle.close();
    },
  };
}

function wordsOf(seed: number): string {
  const entropy = sha256(Buffer.from(`simulated Jade of world ${seed}`));
  return wally.bip39_mnemonic_from_bytes(wally.bip39_get_wordlist('en'), entropy);
}

function flashAt(path: string | null): { flash?: Flash } {
  if (path === null) return {};
  return {
    flash: {
      load: () => (existsSync(path) ? readFileSync(path, 'utf8') : null),
      save(text) {
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      },
    },
  };
}
