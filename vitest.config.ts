import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code; the rest by kind under test/. `npm test` runs all of them. */
const quick = [
  'src/shared/**/*.test.ts',
  'src/main/**/*.test.ts',
  'src/cli/**/*.test.ts',
  'src/preload/**/*.test.ts',
  'scripts/**/*.test.ts',
  'eslint-rules/**/*.test.ts',
];

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Worker threads of the product run from source, which needs real processes with native type stripping.
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: quick } },
      { extends: true, test: { name: 'renderer', include: ['src/renderer/**/*.test.ts'] } },
      { extends: true, test: { name: 'sandbox', include: ['src/sandbox/**/*.test.ts'] } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 600_000 },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/set-up.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
