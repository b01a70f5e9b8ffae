import path from 'node:path';

/**
 * Where a desk keeps its data unless it is told otherwise: `SLUICE_DATA`, or the platform's folder for the data of
 * applications (XDG base directories on Linux, Application Support on macOS, AppData on Windows).
 */
export function defaultDataDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (env['SLUICE_DATA']) return path.resolve(env['SLUICE_DATA']);
  switch (platform) {
    case 'win32':
      return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Sluice');
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'Sluice');
    default: {
      // The XDG specification says that a relative path there is to be ignored.
      const xdg = env['XDG_DATA_HOME'];
      return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share'), 'sluice');
    }
  }
}
