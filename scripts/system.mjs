// What the machine has and how it gets what is missing. Plain JavaScript that Node 18 runs: this is read before the
// project's own Node is installed. Everything is said on the error output; the standard output belongs to the command.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** The project's own Node (the `node` package), or the running one while that is not installed. */
export function ownNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = path.join(root, 'node_modules/node/bin', name);
  return existsSync(own) ? own : process.execPath;
}

/** Runs a program to its end, its output on our error output. Returns its exit code; 127 when it cannot be started. */
export function run(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  return error ? 127 : (status ?? 1);
}

/** First program of these that is on the PATH, as its full path; null when there is none. */
export function findProgram(...names) {
  for (const name of names) {
    if (path.isAbsolute(name)) {
      if (existsSync(name)) return name;
      continue;
    }
    for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(dir, process.platform === 'win32' ? `${name}.exe` : name);
      if (dir !== '' && existsSync(file)) return file;
    }
  }
  return null;
}

/** A Chromium of this machine for the end-to-end tests: SLUICE_TEST_CHROMIUM, or one of the usual names. */
export function findChromium() {
  if (process.env.SLUICE_TEST_CHROMIUM) return findProgram(process.env.SLUICE_TEST_CHROMIUM);
  return findProgram(
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  );
}

/** Debian or one of its children, by /etc/os-release. */
export function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

export function hasDebianPackage(name) {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('install ok installed');
}

/**
 * Sees to it that Debian packages are there: installs the missing ones as root, else prints the command that does.
 * Returns whether they are all there now.
 */
export function ensureDebianPackages(names, purpose) {
  const missing = names.filter((name) => !hasDebianPackage(name));
  if (missing.length === 0) return true;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    say(`Missing for ${purpose}. Install with: sudo ${command}`);
    return false;
  }
  say(`Installing what is missing for ${purpose}: ${missing.join(' ')}`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', command.split(' ').slice(1), quiet);
  // Package lists may be absent or out of date on a fresh machine.
  if (install() === 0 || (run('apt-get', ['update'], quiet) === 0 && install() === 0)) return true;
  say(`That did not work. Install by hand: ${command}`);
  return false;
}
