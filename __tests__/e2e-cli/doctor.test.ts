import { join } from 'node:path';
import { commandTimeoutMs, models, openCliStage, type CliStage } from './cli-stage.js';

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly fix: string;
}

describe('aider-orchestrator doctor', () => {
  let stage: CliStage;
  beforeAll(async () => {
    stage = await openCliStage();
  }, commandTimeoutMs);
  afterAll(() => stage.close());

  it(
    'says that a machine is ready, a line a check',
    async () => {
      const { exitCode, stdout } = await stage.cli(['doctor', '--fix', ...models]);
      expect(stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
        ...['✓ node', '✓ git', '✓ repository', '✓ python', '✓ aider'],
        expect.stringMatching(/^[✓•] isolation$/),
        '✓ settings',
        ...['', 'Ready to'],
      ]);
      expect(exitCode).toBe(0);
    },
    commandTimeoutMs,
  );

  it('gives the findings as JSON, each with its fix, and ends with 1 where one keeps a run from succeeding', async () => {
    const { exitCode, stdout } = await stage.cli(['doctor', '--json'], {
      cwd: join(stage.root, 'home'),
      env: { RUNNER_TOOL_CACHE: join(stage.root, 'tools') },
    });
    const findings = JSON.parse(stdout) as readonly Finding[];
    expect(exitCode).toBe(1);
    expect(findings.filter(({ state }) => state === 'wrong').map(({ name }) => name)).toEqual([
      'repository',
      'settings',
    ]);
    expect(findings.find(({ name }) => name === 'aider')).toMatchObject({
      state: 'note',
      fix: 'aider-orchestrator doctor --fix',
    });
    for (const { state, fix } of findings) expect(fix === '').toBe(state === 'ok');
  });

  it('needs a repository on GitHub and a token with --github', async () => {
    const { exitCode, stdout } = await stage.cli(['doctor', '--github', ...models]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✗ token');
    expect(stdout).toContain('1 thing keeps a run from succeeding.');
  });
});
