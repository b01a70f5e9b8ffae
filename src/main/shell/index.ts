import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, session } from 'electron';
import { SluiceError } from '../../shared/errors.ts';
import type { Desk } from '../desk/types.ts';
import { loadPage, openAtStart, type LaunchOptions } from '../hosting/index.ts';
import { guardContents, guardSession } from './guards.ts';
import { answerCalls, tellEvents } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { createPolicy, SCHEME, type Policy } from './policy.ts';
import { servePage } from './serve-page.ts';
import { windowOptions } from './window-options.ts';

export interface ShellOptions {
  launch: LaunchOptions;
  openDesk(options: { dataDir: string; host: 'electron' }): Promise<Desk>;
  /** Folder of the built page, file of the built preload, file of the icon. */
  files: { page: string; preload: string; icon: string };
  /** Address of the development server; null in every build. */
  devServer: string | null;
}

/** Runs the desk in a window until it is closed. */
export function runShell(options: ShellOptions): void {
  const { launch } = options;
  const policy = createPolicy(app.isPackaged ? null : options.devServer);
  app.enableSandbox();
  // One instance per data folder: the lock lives in the folder that belongs to the window.
  const windowDir = path.join(launch.dataDir, 'window');
  mkdirSync(windowDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', windowDir);
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, policy));
  app
    .whenReady()
    .then(() => openWindow(options, policy))
    .catch((error: unknown) => {
      const words = error instanceof SluiceError ? `${error.message}\n\n${error.next}` : String(error);
      dialog.showErrorBox('Sluice cannot start', words);
      app.exit(1);
    });
}

async function openWindow(options: ShellOptions, policy: Policy): Promise<void> {
  const { files, launch } = options;
  guardSession(session.defaultSession, policy);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, !app.isPackaged)));
  const page = await loadPage(files.page);
  protocol.handle(SCHEME, (request) => servePage(page, policy, request));

  const desk = await options.openDesk({ dataDir: launch.dataDir, host: 'electron' });
  closeBeforeQuit(desk);
  let window: BrowserWindow | null = null;
  const contents = () => window?.webContents ?? null;
  answerCalls(ipcMain, desk, policy, contents);
  tellEvents(desk, contents);
  await openAtStart(desk.handlers, launch.profile, (text) => process.stderr.write(`${text}\n`));

  const show = (): void => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.focus();
      return;
    }
    const opened = new BrowserWindow(
      windowOptions(files.preload, files.icon, nativeTheme.shouldUseDarkColors),
    );
    window = opened;
    opened.once('ready-to-show', () => opened.show());
    opened.once('closed', () => (window = null));
    opened.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') opened.webContents.reload();
    });
    void opened.loadURL(policy.home);
  };
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  show();
}

/** Lets the desk stop at a safe point before the process ends. */
function closeBeforeQuit(desk: Desk): void {
  let closing = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    desk.close().then(
      () => app.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        app.exit(1);
      },
    );
  });
}
