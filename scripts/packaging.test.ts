import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Target {
  target: string;
}
interface Config {
  files: string[];
  asarUnpack: string[];
  electronFuses: Record<string, boolean>;
  win: { icon: string; target: Target[] };
  mac: { icon: string; target: Target[]; entitlements: string; entitlementsInherit: string };
  linux: { icon: string; target: Target[]; extraResources: { from: string }[]; desktop: { entry: object } };
  deb: { fpm: string[] };
}
const config = parse(read('electron-builder.yml')) as Config;
const schema = JSON.parse(read('node_modules/app-builder-lib/scheme.json')) as {
  definitions: { FuseOptionsV1: { properties: object } };
};
const manifest = JSON.parse(read('package.json')) as {
  main: string;
  dependencies: object;
  optionalDependencies: object;
};

describe('electron-builder.yml', () => {
  it('is valid by electron-builder’s own schema', () => {
    // The options with which electron-builder itself reads the schema.
    const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: true });
    const validate = ajv.compile(schema);
    validate(config);
    expect(validate.errors).toBeNull();
    validate({ ...config, asarUnpak: [] });
    expect(validate.errors).not.toBeNull();
  });

  it('names files that are there', () => {
    const named = [
      config.win.icon,
      config.mac.icon,
      config.linux.icon,
      config.mac.entitlements,
      config.mac.entitlementsInherit,
      ...config.linux.extraResources.map(({ from }) => from),
      ...config.deb.fpm.map((mapping) => mapping.split('=')[0] ?? ''),
      ...config.asarUnpack
        .filter((pattern) => !pattern.startsWith('**'))
        .map((pattern) => pattern.replace('/**', '')),
      ...config.files.filter((pattern) => /^[^*!]+\.\w+$/.test(pattern)),
    ];
    // keytar is absent where it could be neither fetched nor compiled.
    const missing = named.filter(
      (file) => file !== 'node_modules/keytar' && !existsSync(path.join(root, file)),
    );
    expect(missing).toEqual([]);
  });

  it('takes in the program that package.json names', () => {
    expect(manifest.main).toBe('./out/main/index.js');
    expect(config.files).toEqual(
      expect.arrayContaining(['out/main/**', 'out/preload/**', 'out/renderer/**']),
    );
  });

  it('keeps every native and wasm dependency outside the archive', () => {
    const unpacked = config.asarUnpack.map((pattern) =>
      pattern.replace(/^node_modules\//, '').replace(/\/\*\*$/, ''),
    );
    const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const native = ['better-sqlite3', 'keytar', 'lwk_wasm', 'wallycore', '@vulpemventures/secp256k1-zkp'];
    expect(unpacked).toEqual(expect.arrayContaining(native.filter((name) => dependencies.includes(name))));
    expect(unpacked).toEqual(expect.arrayContaining(['**/*.node', '**/*.wasm']));
  });

  it('sets every fuse by name', () => {
    // The last property of the schema is about signatures, not a fuse.
    const fuses = Object.keys(schema.definitions.FuseOptionsV1.properties).filter(
      (name) => name !== 'resetAdHocDarwinSignature',
    );
    expect(Object.keys(config.electronFuses).sort()).toEqual(fuses.sort());
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('builds for Windows, macOS and Linux', () => {
    const targets = [config.win, config.mac, config.linux].map(({ target }) =>
      target.map((each) => each.target),
    );
    expect(targets).toEqual([['nsis'], ['dmg', 'zip'], ['AppImage', 'deb']]);
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dependencies?: object; optionalDependencies?: object; resolved?: string }>;
  };
  const installed = new Set(
    Object.keys(lock.packages).map((where) => where.replace(/^.*node_modules\//, '')),
  );

  it('has an entry for every package that another one needs, on whichever platform', () => {
    const needed = Object.values(lock.packages).flatMap((each) =>
      Object.keys({ ...each.dependencies, ...each.optionalDependencies }),
    );
    expect([...new Set(needed)].filter((name) => !installed.has(name))).toEqual([]);
  });
  it('binds nobody to a registry', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

describe('docs/adr/0002-dependencies.md', () => {
  it('gives a reason for every dependency, and for nothing else', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      read('package.json'),
    ) as Record<string, object>;
    const wanted = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    const rows = read('docs/adr/0002-dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const given = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(wanted.filter((name) => !name.startsWith('@types/') && !given.includes(name))).toEqual([]);
    expect(given.filter((name) => name !== '@types/*' && !wanted.includes(name ?? ''))).toEqual([]);
  });
});

describe('the icon', () => {
  it('is a square PNG, large enough for every platform', () => {
    const png = readFileSync(path.join(root, config.mac.icon));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1024, 1024]);
  });
});

describe('the udev rule', () => {
  const rule = read('resources/linux/51-sluice-jade.rules');
  const lines = rule.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  it.each(['10c4:ea60', '1a86:55d4', '1a86:7523', '0403:6001', '303a:4001', '303a:1001'])(
    'covers %s',
    (id) => {
      const [vendor, product] = id.split(':');
      const line = lines.find((each) => each.includes(`"${vendor}"`) && each.includes(`"${product}"`));
      expect(line).toContain('TAG+="uaccess"');
      expect(line).toContain('ENV{ID_MM_DEVICE_IGNORE}="1"');
    },
  );
  it('opens devices to the person at the screen, never to everybody', () => {
    expect(rule).not.toMatch(/MODE|GROUP/);
  });
  it('has only lines that udev understands', () => {
    const pair = String.raw`[A-Z]+(\{\w+\})?\s*(==|!=|\+=|=)\s*"[^"]*"`;
    for (const line of lines) expect(line).toMatch(new RegExp(`^${pair}(, ${pair})*$`));
    expect(lines.filter((line) => line.includes('GOTO=')).length).toBe(2);
    expect(lines.at(-1)).toBe('LABEL="sluice_jade_end"');
  });
});
