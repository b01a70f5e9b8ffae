// Starts the desk: in a window where Electron and a display are there, else for a browser of this machine.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ownNode, root, run, say } from './system.mjs';

const args = process.argv.slice(2);
const electron = args.includes('--browser') ? null : findElectron();
const [program, first] = electron ? [electron, '.'] : [ownNode(), 'src/main/browser-host/main.ts'];
const child = spawn(program, [first, ...args], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  say(`${program} could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code) => {
  if (code && electron) say('If the window cannot be shown here, use: npm start -- --browser');
  process.exit(code ?? 1);
});

/** Electron's program; null, with the reason said, where no window can be had. */
function findElectron() {
  const reason = whyNoWindow();
  if (reason) {
    say(`${reason}: Sluice serves a browser instead.`);
    return null;
  }
  const dir = path.join(root, 'node_modules/electron');
  const installed = () => {
    const name = path.join(dir, 'path.txt');
    const program = existsSync(name) ? path.join(dir, 'dist', readFileSync(name, 'utf8')) : null;
    return program && existsSync(program) ? program : null;
  };
  if (!installed()) {
    say('Fetching Electron, once…');
    run(ownNode(), [path.join(dir, 'install.js')]);
  }
  if (!installed()) say('Electron cannot be had here: Sluice serves a browser instead.');
  return installed();
}

function whyNoWindow() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display';
  // Electron refuses to run as root, for its sandbox would protect nothing.
  if (process.getuid?.() === 0) return 'A window is not opened for root';
  return null;
}
