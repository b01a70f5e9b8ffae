// Stands in for Electron, so that the built program can be run by Node: preloaded with --import, it takes the place of
// the module `electron` and does what the test says over Node's own channel to its child.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';

if (process.send && !globalThis.fakeElectron) {
  Object.defineProperty(process.versions, 'electron', { value: '0.0.0' });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
  });
}
const shared = (globalThis.fakeElectron ??= { handlers: {}, pages: {}, log: [], windows: [] });
const note = (what, ...details) => shared.log.push([what, ...details]);

class App extends EventEmitter {
  isPackaged = true;
  enableSandbox = () => note('enableSandbox');
  setPath(name, path) {
    // Electron throws as well when the folder is not there.
    if (!existsSync(path)) throw new Error(`no such folder: ${path}`);
    note('setPath', name, path);
  }
  requestSingleInstanceLock = () => true;
  whenReady = () => Promise.resolve();
  exit(code) {
    process.send({ exit: code }, () => process.exit(code));
  }
  quit() {
    this.emit('before-quit', { preventDefault: () => note('quit held back') });
  }
}

class Contents extends EventEmitter {
  id = 1;
  isDestroyed = () => false;
  send = (channel, envelope) => process.send({ sent: [channel, envelope] });
  setWindowOpenHandler = () => undefined;
  reload = () => undefined;
}

export class BrowserWindow extends EventEmitter {
  webContents = new Contents();
  constructor(options) {
    super();
    note('window', options.webPreferences.preload);
    shared.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL = (url) => {
    note('loadURL', url);
    process.send({ ready: shared.log });
    return Promise.resolve();
  };
}

export const app = (shared.app ??= new App());
export const dialog = { showErrorBox: (title, text) => process.stderr.write(`${title}: ${text}\n`) };
export const ipcMain = { handle: (channel, handler) => (shared.handlers[channel] = handler) };
export const Menu = { buildFromTemplate: (template) => template, setApplicationMenu: () => note('menu') };
export const nativeTheme = { shouldUseDarkColors: false };
export const protocol = {
  registerSchemesAsPrivileged: (schemes) => note('schemes', schemes),
  handle: (scheme, handler) => (shared.pages[scheme] = handler),
};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => note('permission requests'),
    setPermissionCheckHandler: () => note('permission checks'),
    setDevicePermissionHandler: () => note('device permissions'),
    webRequest: { onBeforeRequest: () => note('requests') },
  },
};

if (!shared.listening) {
  shared.listening = true;
  const frame = { parent: null, url: 'desk://app/' };
  process.on('message', async ({ id, call, args, page, quit }) => {
    if (quit) app.quit();
    if (call) {
      const value = await shared.handlers['sluice:call'](
        { sender: { id: 1 }, senderFrame: frame },
        call,
        args,
      );
      process.send({ id, value });
    }
    if (page) {
      const response = await shared.pages.desk({ url: page, method: 'GET' });
      const headers = Object.fromEntries(response.headers);
      process.send({ id, value: { status: response.status, headers, text: await response.text() } });
    }
  });
}
