import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The page that a person sees is the built one. `npm test` has built it; a single test file builds it when it is old. */
export default function setUp(): void {
  const bootstrap = path.join(import.meta.dirname, '../../../scripts/bootstrap.mjs');
  const { status } = spawnSync(process.execPath, [bootstrap, '--test'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('What the end-to-end tests need could not be made ready.');
}
