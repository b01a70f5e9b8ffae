// Runs the tests (all, or those that the arguments name) and ends with one plain line of figures.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ownNode, root } from './system.mjs';

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-tests-'));
const report = path.join(dir, 'report.json');
const { status } = spawnSync(
  ownNode(),
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
const { passed, failed } = figures();
rmSync(dir, { recursive: true, force: true });
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(status ?? 1);

/** Counts of single tests; a file that could not even be read counts as one failure. */
function figures() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: status === 0 ? 0 : 1 };
  }
}
