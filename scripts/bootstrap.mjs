// Makes a clone ready to run: packages, system libraries, the built page. Does nothing, quickly, when all is there.
//   --test   also what the tests need (Chromium, a keyring, strace)
//   --tools  packages only: for commands that need no page
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build, isBuilt } from './build.mjs';
import {
  ensureDebianPackages,
  findChromium,
  findProgram,
  isDebian,
  ownNode,
  root,
  run,
  say,
} from './system.mjs';

const forTests = process.argv.includes('--test');
const toolsOnly = process.argv.includes('--tools');

if (!packagesMatch()) installPackages();
if (process.platform === 'linux' && !toolsOnly) checkKeychainLibrary();
if (forTests) ensureTestPrograms();
if (!toolsOnly && !isBuilt()) {
  const code = build();
  if (code !== 0) process.exit(code);
}

/** Whether every package that the lock names for this machine is installed in its version. */
function packagesMatch() {
  const installed = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  if (!installed || !wanted) return false;
  return (
    Object.entries(wanted).every(
      ([where, { version, optional, link }]) =>
        where === '' || optional || link || installed[where]?.version === version,
    ) && existsSync(path.join(root, 'node_modules/node/bin'))
  );
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

function installPackages() {
  if (process.platform === 'linux' && isDebian() && process.getuid?.() === 0) {
    // keytar is compiled here when no ready-made build of it can be had.
    ensureDebianPackages(['libsecret-1-dev', 'build-essential', 'pkg-config', 'python3'], 'the keychain');
  }
  say('Installing packages (npm ci)…');
  // The Node that runs npm, not the project's own: that one is about to be replaced.
  const node = process.env.npm_node_execpath ?? process.execPath;
  const npm = process.env.npm_execpath;
  const headers = existsSync('/usr/include/node/node_api.h') ? { npm_config_nodedir: '/usr' } : {};
  const code = npm
    ? run(node, [npm, 'ci', '--loglevel', 'error'], headers)
    : run(npmName(), ['ci', '--loglevel', 'error'], headers);
  if (code !== 0) {
    say('npm ci failed; what it says is above. Correct that and start again.');
    process.exit(code);
  }
}

function npmName() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

/** keytar loads libsecret at run time. Without it the desk offers the passphrase vault, so this only tells. */
function checkKeychainLibrary() {
  if (run(ownNode(), ['-e', 'try { require("keytar") } catch { process.exit(3) }']) !== 3) return;
  if (isDebian() && ensureDebianPackages(['libsecret-1-0'], 'the keychain')) return;
  if (!isDebian())
    say('The keychain needs libsecret (Fedora: dnf install libsecret; Arch: pacman -S libsecret).');
  say('Until then Sluice keeps secrets in a passphrase vault.');
}

function ensureTestPrograms() {
  const debian = process.platform === 'linux' && isDebian();
  const missing = [];
  if (!findChromium()) missing.push('chromium');
  if (process.platform === 'linux') {
    if (!findProgram('gnome-keyring-daemon')) missing.push('gnome-keyring');
    if (!findProgram('dbus-run-session')) missing.push('dbus');
    if (!findProgram('strace')) missing.push('strace');
    if (!findProgram('unshare')) missing.push('util-linux');
  }
  if (missing.length === 0) return;
  if (debian && ensureDebianPackages(missing, 'the tests')) return;
  if (!debian) {
    say(`The tests need ${missing.join(', ')}: install them, or point SLUICE_TEST_CHROMIUM at a Chromium.`);
  }
  process.exit(1);
}
