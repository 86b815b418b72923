/** `scripts/mutation.mjs` says when a folder's strings are prose; nothing but strings is ever left out. */
const excludedMutations = process.env.MUTATION_PROSE ? ['StringLiteral'] : [];

export default {
  plugins: ['./scripts/mutation/runner.mjs'],
  testRunner: 'one-process',
  testRunnerNodeArgs: ['--no-warnings'],
  mutator: { excludedMutations },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // The runner stops what never ends by its own CPU time; this is for what it cannot stop.
  timeoutMS: 60_000,
  ignoreStatic: true,
  tempDirName: '.cache/stryker',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  ignorePatterns: ['dist', '.aider_logs', '.cache', 'docs', 'demo/sample*'],
};
