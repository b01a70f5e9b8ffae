import { homedir } from 'node:os';
import { posix, resolve, win32 } from 'node:path';

export interface DataDirOptions {
  /** What `--data` says; relative to the folder that the program was started in. */
  flag?: string | undefined;
  env?: Record<string, string | undefined>;
  platform?: NodeJS.Platform;
  home?: string;
}

/**
 * The folder that holds profiles, databases and the vault: `--data DIR`, or where programs of the platform keep their
 * data: `~/Library/Application Support/Sluice`, `%APPDATA%\Sluice`, `$XDG_DATA_HOME/sluice`
 * (https://specifications.freedesktop.org/basedir-spec/: a relative XDG_DATA_HOME is ignored).
 */
export function dataDirectory(options: DataDirOptions = {}): string {
  const { flag, env = process.env, platform = process.platform, home = homedir() } = options;
  if (flag !== undefined && flag !== '') return resolve(flag);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Sluice');
  if (platform === 'win32') {
    return win32.join(env['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'Sluice');
  }
  const xdg = env['XDG_DATA_HOME'];
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'sluice');
}
