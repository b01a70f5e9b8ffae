import type { BrowserWindowConstructorOptions } from 'electron';

/**
 * The window. Everything that keeps the page apart from the machine is said outright, defaults as well, so that a
 * change of a default changes nothing here.
 */
export function windowOptions(
  preload: string,
  icon: string,
  isDark: boolean,
): BrowserWindowConstructorOptions {
  return {
    title: 'Sluice',
    icon,
    width: 1280,
    height: 860,
    minWidth: 800,
    minHeight: 560,
    show: false,
    // Nothing flashes before the page has painted.
    backgroundColor: isDark ? '#16181c' : '#ffffff',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
      enableWebSQL: false,
    },
  };
}
