import { availableParallelism } from 'node:os';

/** `npm test` leaves the long ones out, `npm run test:long` runs only those; jest by itself knows both. */
const sets = {
  short: { testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'] },
  long: { testMatch: ['**/*.long.test.ts'] },
  all: {},
};

/** Tests run as ES modules on Node 24 (`npm test` puts the pinned `node` package first on PATH). */
export default {
  testEnvironment: 'node',
  // Most tests wait for children: with as many workers as cores much of the machine would idle.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/__tests__/support/long-first.js',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  // A machine that does other things too must not make a test fail; nothing here measures time by it.
  testTimeout: 30_000,
  // Counts the vectors of the hostile corpus.
  reporters: ['default', '<rootDir>/__tests__/support/corpus-reporter.js'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  ...sets[process.env['TESTS'] ?? 'all'],
};
