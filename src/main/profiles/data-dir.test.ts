import { isAbsolute, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDirectory } from './data-dir.ts';

describe('the data folder', () => {
  it('is where programs of the platform keep theirs', () => {
    const at = (platform: NodeJS.Platform, home: string, env = {}) => dataDirectory({ platform, home, env });
    expect(at('linux', '/home/a')).toBe('/home/a/.local/share/sluice');
    expect(at('linux', '/home/a', { XDG_DATA_HOME: '/data' })).toBe('/data/sluice');
    expect(at('linux', '/home/a', { XDG_DATA_HOME: 'relative' })).toBe('/home/a/.local/share/sluice');
    expect(at('darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Sluice');
    expect(at('win32', 'C:\\Users\\a', { APPDATA: 'D:\\Roaming' })).toBe('D:\\Roaming\\Sluice');
    expect(at('win32', 'C:\\Users\\a')).toBe('C:\\Users\\a\\AppData\\Roaming\\Sluice');
  });

  it('is what --data says', () => {
    expect(dataDirectory({ flag: 'desk' })).toBe(resolve('desk'));
    expect(isAbsolute(dataDirectory({ flag: 'desk' }))).toBe(true);
  });
});
