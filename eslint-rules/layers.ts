import path from 'node:path';
import type { Rule } from 'eslint';
import type { Layer, LayerTable } from './layer-table.ts';

/** What the rule reads of any node that names another module; the report points at it. */
type Naming = Rule.Node & { source?: (Rule.Node & { value?: unknown }) | null };

const TABLE = 'eslint-rules/layer-table.ts';
const FACES = ['index.ts', 'types.ts'];

/** Fails an import that the layer table does not allow. The table's folders are relative to `root`. */
export function layersRule(table: LayerTable, root: string): Rule.RuleModule {
  const layers = Object.entries(table.layers).map(([name, layer]) => ({ name, ...layer }));

  const fromRoot = (file: string): string => path.relative(root, file).split(path.sep).join('/');

  function layerOf(where: string): (Layer & { name: string }) | undefined {
    return layers.find(({ folder }) => where === folder || where.startsWith(`${folder}/`));
  }

  return {
    meta: {
      type: 'problem',
      docs: { description: 'imports follow the layer table' },
      schema: [],
      messages: {
        unknown: `{{file}} is in no layer: add its folder to ${TABLE}.`,
        forbidden: `{{from}} may not import {{to}} (${TABLE}).`,
        inside: '{{to}} may be imported by its face only ({{faces}}), not by {{file}}.',
        package: 'Only {{owners}} may import the package {{name}}, not {{from}}.',
      },
    },
    create(context) {
      const own = fromRoot(context.filename);
      if (!own.startsWith('src/')) return {};
      const from = layerOf(own);
      if (!from) {
        return {
          Program: (node) => context.report({ node, messageId: 'unknown', data: { file: own } }),
        };
      }
      const isTest = /\.test\.tsx?$/.test(own);

      function checkFile(node: Rule.Node, where: string, here: Layer & { name: string }): void {
        const to = layerOf(where);
        if (to?.name === here.name) return;
        // The package file is data; tests have helpers of their own.
        if (!to && (where === 'package.json' || (isTest && where.startsWith('test/')))) return;
        if (!to || !here.may.includes(to.name)) {
          context.report({ node, messageId: 'forbidden', data: { from: here.name, to: to?.name ?? where } });
          return;
        }
        const faces = [...FACES, ...(to.face ?? [])];
        const isFace = where === to.folder || faces.some((face) => where === `${to.folder}/${face}`);
        if (to.open || isFace) return;
        const data = { to: to.name, faces: faces.join(', '), file: where };
        context.report({ node, messageId: 'inside', data });
      }

      function checkPackage(node: Rule.Node, specifier: string, here: string): void {
        const parts = specifier.split('/');
        const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
        const owners = table.packages[name];
        if (!owners || owners.includes(here)) return;
        const data = { owners: owners.join(', '), name, from: here };
        context.report({ node, messageId: 'package', data });
      }

      const check = (node: Rule.Node): void => {
        const { source } = node as Naming;
        const specifier = source?.value;
        if (!source || typeof specifier !== 'string' || specifier.startsWith('node:')) return;
        if (!specifier.startsWith('.')) return checkPackage(source, specifier, from.name);
        const target = path.resolve(path.dirname(context.filename), specifier.replace(/[?#].*$/, ''));
        checkFile(source, fromRoot(target), from);
      };
      return {
        ImportDeclaration: check,
        ExportNamedDeclaration: check,
        ExportAllDeclaration: check,
        ImportExpression: check,
        TSImportType: check,
      };
    },
  };
}
