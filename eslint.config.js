import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Code and words of the project: imports go down only, entries -> main -> wiring -> {app, adapters} -> ports -> core. */
const forbid = (...patterns) => ['error', { patterns }];
const folders = (names, message) => ({ group: names.flatMap((name) => [`**/${name}`, `**/${name}/**`]), message });
const nodeModules = { regex: '^node:', message: 'This layer reaches the world through ports.' };
const packagesBut = (...allowed) => ({
  regex: `^(?!\\.)(?!node:)(?!(?:${allowed.join('|')})(?:/|$))`,
  message: `Of packages this layer imports only: ${allowed.join(', ') || 'none'}.`,
});
const entries = folders(
  ['main.js', 'wiring', 'index.js', 'post.js', 'cli.js'],
  'Nothing imports an entry or the composition root.',
);

const world = [
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'console',
  'Buffer',
  'crypto',
  'performance',
];

const bans = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export it by name.' },
];
const clockAndChance = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Time is an argument.' },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is an argument.' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Chance is an argument.' },
];

export default tseslint.config(
  {
    ignores: [
      '.*',
      'node_modules/',
      'dist/',
      'schema/',
      '.cache/',
      '.aider_logs/',
      'coverage/',
      '**/fixtures/**',
      'demo/sample*/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setImmediate: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        TextDecoder: 'readonly',
      },
    },
    rules: { eqeqeq: ['error', 'always', { null: 'ignore' }] },
  },
  {
    files: ['demo/github/pages/*.js'],
    languageOptions: { globals: { window: 'readonly', document: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
    },
    rules: {
      // The compiler says these better.
      'no-undef': 'off',
      'no-unused-vars': 'off',
      'no-redeclare': 'off',
      'no-dupe-class-members': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ...bans],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': forbid(
        folders(['ports', 'app', 'adapters'], 'core imports only core.'),
        entries,
        { regex: '^node:(?!crypto$)', message: 'core does no I/O; of Node it knows only the hashes of node:crypto.' },
        packagesBut('zod', 'sax', 'picomatch', 'unified', 'remark-.+', 'unist-util-.+', 'mdast(?:-util-.+)?', 'parse5'),
      ),
      'no-restricted-globals': [
        'error',
        ...world.map((name) => ({ name, message: 'core is pure: take it as an argument.' })),
      ],
      'no-restricted-syntax': [
        'error',
        ...bans,
        ...clockAndChance,
        { selector: ':function[async=true]', message: 'core does not wait.' },
      ],
    },
  },
  {
    files: ['src/ports/**/*.ts'],
    rules: {
      'no-restricted-imports': forbid(
        folders(['app', 'adapters'], 'ports import only core.'),
        entries,
        nodeModules,
        packagesBut('zod'),
      ),
    },
  },
  {
    files: ['src/app/**/*.ts'],
    rules: {
      'no-restricted-imports': forbid(
        folders(['adapters'], 'app and adapters meet only in wiring.'),
        entries,
        nodeModules,
        packagesBut('zod', 'p-limit'),
      ),
      'no-restricted-syntax': ['error', ...bans, ...clockAndChance],
      'no-restricted-globals': ['error', 'process', 'fetch', 'console'],
    },
  },
  {
    files: ['src/adapters/**/*.ts'],
    rules: { 'no-restricted-imports': forbid(folders(['app'], 'app and adapters meet only in wiring.'), entries) },
  },
);
