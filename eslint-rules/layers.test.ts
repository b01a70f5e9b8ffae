import path from 'node:path';
import { RuleTester } from 'eslint';
import tsParser from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { layers, packages } from './layer-table.ts';
import { layersRule } from './layers.ts';

const ROOT = '/project';
const table = {
  layers: {
    shared: { folder: 'src/shared', open: true, may: [] },
    store: { folder: 'src/store', may: ['shared'] },
    desk: { folder: 'src/desk', face: ['dispatch.ts'], may: ['shared', 'store'] },
    wiring: { folder: 'src/index.ts', may: ['desk'] },
  },
  packages: { electron: ['wiring'], '@scope/db': ['store'] },
};

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { parser: tsParser.parser } });
const file = (name: string): string => path.join(ROOT, name);
const error = (messageId: string) => [{ messageId }];

tester.run('layers', layersRule(table, ROOT), {
  valid: [
    { filename: file('src/desk/a.ts'), code: `import { b } from './b.ts'; import '../store/index.ts';` },
    { filename: file('src/desk/a.ts'), code: `import type { S } from '../store/types.ts';` },
    { filename: file('src/desk/deep/a.ts'), code: `import { x } from '../../shared/deep/x.ts';` },
    {
      filename: file('src/index.ts'),
      code: `import { d } from './desk/dispatch.ts'; import { app } from 'electron';`,
    },
    {
      filename: file('src/store/a.ts'),
      code: `import db from '@scope/db/sync'; import fs from 'node:fs'; import z from 'zod';`,
    },
    { filename: file('src/desk/a.test.ts'), code: `import { help } from '../../test/support/help.ts';` },
    { filename: file('src/desk/v.ts'), code: `import p from '../../package.json' with { type: 'json' };` },
    { filename: file('scripts/a.ts'), code: `import '../src/store/inside.ts';` },
    { filename: file('src/desk/a.ts'), code: `const x = import(name); export const y = 1;` },
  ],
  invalid: [
    { filename: file('src/shared/a.ts'), code: `import '../store/index.ts';`, errors: error('forbidden') },
    { filename: file('src/store/a.ts'), code: `import '../desk/index.ts';`, errors: error('forbidden') },
    {
      filename: file('src/store/a.ts'),
      code: `export { d } from '../desk/index.ts';`,
      errors: error('forbidden'),
    },
    {
      filename: file('src/store/a.ts'),
      code: `export * from '../desk/index.ts';`,
      errors: error('forbidden'),
    },
    {
      filename: file('src/store/a.ts'),
      code: `await import('../desk/index.ts');`,
      errors: error('forbidden'),
    },
    {
      filename: file('src/store/a.ts'),
      code: `type D = import('../desk/types.ts').D;`,
      errors: error('forbidden'),
    },
    {
      filename: file('src/store/a.ts'),
      code: `import type { D } from '../desk/types.ts';`,
      errors: error('forbidden'),
    },
    { filename: file('src/store/a.test.ts'), code: `import '../desk/index.ts';`, errors: error('forbidden') },
    { filename: file('src/desk/a.ts'), code: `import '../store/connection.ts';`, errors: error('inside') },
    { filename: file('src/index.ts'), code: `import './desk/session.ts';`, errors: error('inside') },
    {
      filename: file('src/desk/a.ts'),
      code: `import '../../test/support/help.ts';`,
      errors: error('forbidden'),
    },
    { filename: file('src/desk/a.ts'), code: `import { app } from 'electron';`, errors: error('package') },
    { filename: file('src/desk/a.ts'), code: `import 'electron/main';`, errors: error('package') },
    { filename: file('src/desk/a.ts'), code: `import db from '@scope/db';`, errors: error('package') },
    { filename: file('src/new/a.ts'), code: `export const a = 1;`, errors: error('unknown') },
    { filename: file('src/desk/a.ts'), code: `import '../new/a.ts';`, errors: error('forbidden') },
  ],
});

describe('the layer table', () => {
  const names = Object.keys(layers);
  it('names only layers that there are', () => {
    for (const { may } of Object.values(layers)) expect(names).toEqual(expect.arrayContaining([...may]));
    for (const owners of Object.values(packages)) expect(names).toEqual(expect.arrayContaining([...owners]));
  });
  it('has no circle: nothing below calls up', () => {
    const below = (name: string, seen: string[] = []): string[] => {
      expect(seen).not.toContain(name);
      return (layers[name]?.may ?? []).flatMap((next) => [next, ...below(next, [...seen, name])]);
    };
    for (const name of names) below(name);
  });
});
