import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';
import { layers, packages } from './eslint-rules/layer-table.ts';
import { layersRule } from './eslint-rules/layers.ts';

export default ts.config(
  { ignores: ['out/', 'dist/', 'coverage/', 'node_modules/', 'test/recordings/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.recommendedTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Figures in messages are meant; objects are not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A handler may be asynchronous by its type and have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // `??=` and optional chains where they say the same; a plain condition is often the clearer sentence.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      // Names that come from outside stand in brackets.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/prefer-optional-chain': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // Services are closures, not classes: their methods know no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // It does not see that a branded bigint is one.
      '@typescript-eslint/no-unsafe-unary-minus': 'off',
      // The router's redirects and not-founds are thrown by design.
      '@typescript-eslint/only-throw-error': [
        'error',
        {
          allowThrowingUnknown: true,
          allow: [{ from: 'package', package: '@tanstack/router-core', name: ['Redirect', 'NotFoundError'] }],
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'Text from outside must never become markup.',
        },
        {
          selector: 'CallExpression[callee.name="parseFloat"]',
          message: 'Money is never a float: src/shared/money.ts converts.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { sluice: { rules: { layers: layersRule({ layers, packages }, import.meta.dirname) } } },
    rules: { 'sluice/layers': 'error' },
  },
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    extends: [hooks.configs.flat.recommended],
    languageOptions: { globals: globals.browser },
    // It warns of what the React Compiler would leave alone; that compiler is not used.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      // Tests look at answers of any shape.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
