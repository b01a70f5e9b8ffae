// Development with hot reload: in a window where Electron is installed, else in a browser.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { build } from './build.mjs';
import { root } from './system.mjs';

const args = process.argv.slice(2);
const hasWindow = existsSync(path.join(root, 'node_modules/electron/dist')) && !args.includes('--browser');

if (hasWindow) {
  const cli = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const child = spawn(process.execPath, [cli, 'dev', '--watch', '--', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  await serveBrowser();
}

/** The browser host answers calls, restarted when its sources change; Vite serves the page and hands the calls on. */
async function serveBrowser() {
  if (!existsSync(path.join(root, 'out/renderer/index.html')) && build() !== 0) process.exit(1);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  let cookie = '';

  const server = await createServer({
    root: path.join(root, 'src/renderer'),
    configFile: false,
    plugins: [react()],
    server: {
      host: '127.0.0.1',
      proxy: { '/api': { target: origin, ws: true, changeOrigin: true, configure } },
    },
  });
  await server.listen();
  const page = new URL(server.resolvedUrls.local[0]).origin;

  function configure(proxy) {
    const vouch = (request, incoming) => {
      // Only the page that Vite serves is vouched for; the host refuses everybody else.
      if (incoming.headers.origin !== page) return;
      request.setHeader('origin', origin);
      request.setHeader('cookie', cookie);
    };
    proxy.on('proxyReq', vouch);
    proxy.on('proxyReqWs', vouch);
    proxy.on('error', () => undefined);
  }

  const host = spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', 'src/main/browser-host/main.ts', ...args, '--port', String(port)],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  host.on('exit', (code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      host.kill();
      process.exit(0);
    });
  }
  for await (const line of createInterface({ input: host.stdout })) {
    const url = /^Sluice: (\S+)$/.exec(line)?.[1];
    if (!url) continue;
    const answer = await fetch(url);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    process.stdout.write(`Sluice (development): ${page}/\n`);
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
