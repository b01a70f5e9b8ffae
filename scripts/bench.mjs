// Runs the benchmarks one after the other: all of test/bench, or those named (`npm run bench -- blinding`). `--short`
// makes each of them small: to see that it runs, not what it measures. `--real-time` is for `distribution`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ownNode, root, say } from './system.mjs';

const dir = path.join(root, 'test/bench');
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const names = readdirSync(dir)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const unknown = wanted.filter((name) => !names.includes(name));
if (options.some((option) => !['--short', '--real-time'].includes(option))) {
  say('The options are --short and --real-time.');
  process.exit(2);
}
if (unknown.length > 0) {
  say(`There is no benchmark “${unknown[0]}”; there are: ${names.join(', ')}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : names) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(ownNode(), [path.join(dir, `${name}.ts`), ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
