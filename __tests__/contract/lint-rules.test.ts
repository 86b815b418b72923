import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({ cwd: root });

/** The rules that refuse `code` standing in for a file there is, so that its types are known. */
const refusals = async (file: string, code: string): Promise<readonly (string | null)[]> => {
  const [result] = await eslint.lintText(code, { filePath: `${root}/${file}` });
  return [...new Set(result?.messages.map(({ ruleId, message }) => ruleId ?? message))];
};

const core = 'src/core/plan/graph.ts';
const ports = 'src/ports/clock.ts';
const app = 'src/app/recorder.ts';
const adapter = 'src/adapters/aider/host.ts';
const use = (module: string): string => `import { x } from '${module}';\nexport const y = x;\n`;

describe('the lint rules', () => {
  // The first file makes the compiler read the whole project.
  beforeAll(() => refusals(core, ''), 60_000);

  it.each([
    [core, 'node:fs'],
    [core, 'node:child_process'],
    [core, 'node:net'],
    [core, 'execa'],
    [core, '@octokit/rest'],
    [core, '../../ports/clock.js'],
    [core, '../../app/recorder.js'],
    [core, '../../adapters/aider/host.js'],
    [core, '../../main.js'],
    [core, '../../wiring/action.js'],
    [ports, 'node:fs'],
    [ports, 'execa'],
    [ports, '../app/recorder.js'],
    [ports, '../adapters/aider/host.js'],
    [app, 'node:fs/promises'],
    [app, 'execa'],
    [app, '../adapters/aider/host.js'],
    [app, '../main.js'],
    [app, '../wiring/action.js'],
    [adapter, '../../app/recorder.js'],
    [adapter, '../../main.js'],
    [adapter, '../../wiring/action.js'],
  ])('keep %s from importing %s', async (file, module) => {
    expect(await refusals(file, use(module))).toContain('no-restricted-imports');
  });

  it.each([
    [core, 'zod'],
    [core, 'picomatch'],
    [core, 'node:crypto'],
    [core, '../run/run.js'],
    [ports, '../core/result.js'],
    [app, '../ports/clock.js'],
    [app, '../core/result.js'],
    [adapter, '../../ports/clock.js'],
    [adapter, 'execa'],
    [adapter, 'node:fs'],
  ])('let %s import %s', async (file, module) => {
    expect(await refusals(file, use(module))).not.toContain('no-restricted-imports');
  });

  it.each([
    [core, 'export const x = Date.now();\n', 'no-restricted-syntax'],
    [core, 'export const x = new Date();\n', 'no-restricted-syntax'],
    [core, 'export const x = Math.random();\n', 'no-restricted-syntax'],
    [core, 'export const x = async () => {};\n', 'no-restricted-syntax'],
    [core, 'export const x = process.env;\n', 'no-restricted-globals'],
    [core, "export const x = () => fetch('x');\n", 'no-restricted-globals'],
    [app, 'export const x = Date.now();\n', 'no-restricted-syntax'],
    [app, 'export const x = process.env;\n', 'no-restricted-globals'],
    [ports, 'export enum X { A }\n', 'no-restricted-syntax'],
    [ports, 'export default 1;\n', 'no-restricted-syntax'],
    [ports, 'export const x: any = 1;\n', '@typescript-eslint/no-explicit-any'],
    [ports, 'export const x = (a: string) => a == "b";\n', 'eqeqeq'],
    [core, use('./order-overlaps.js'), 'import-x/no-cycle'],
    [
      adapter,
      "import { Run } from '../../core/run/run.js';\nexport type X = Run;\n",
      '@typescript-eslint/consistent-type-imports',
    ],
    [adapter, 'export const x = (p: () => Promise<void>) => { p(); };\n', '@typescript-eslint/no-floating-promises'],
    [
      core,
      "export const x = (a: 'b' | 'c') => { switch (a) { case 'b': return 1; } return 2; };\n",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
  ])('refuse in %s %j by %s', async (file, code, rule) => {
    expect(await refusals(file, code)).toContain(rule);
  });

  it('say nothing about sound code', async () => {
    expect(await refusals(core, 'export const double = (x: number): number => 2 * x;\n')).toEqual([]);
  });
});
