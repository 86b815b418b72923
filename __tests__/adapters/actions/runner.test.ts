import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const module = fileURLToPath(new URL('../../../src/adapters/actions/runner.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs lines with `runner` in a process of its own, as a step of a job that has this environment. */
const asStep = async (lines: string, env: Record<string, string>): Promise<string> => {
  const code = `const { openRunner } = await import(${JSON.stringify(module)}); const runner = openRunner(process.env); ${lines}`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', code];
  return (await promisify(execFile)(process.execPath, args, { env, cwd: root })).stdout;
};

describe('openRunner', () => {
  let folder = '';
  let env: Record<string, string> = {};

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runner-'));
    const names = {
      GITHUB_EVENT_PATH: 'event.json',
      GITHUB_OUTPUT: 'output',
      GITHUB_STATE: 'state',
      GITHUB_STEP_SUMMARY: 'summary',
    };
    env = Object.fromEntries(Object.entries(names).map(([name, file]) => [name, join(folder, file)]));
    for (const file of Object.values(env)) await writeFile(file, file.endsWith('.json') ? '{"action":"labeled"}' : '');
    Object.assign(env, {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GITHUB_EVENT_NAME: 'issues',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SERVER_URL: 'https://server.test',
      GITHUB_API_URL: 'https://api.test',
      GITHUB_GRAPHQL_URL: 'https://api.test/g',
      GITHUB_RUN_ID: '42',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_TRIGGERING_ACTOR: 'mona',
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder,
    });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  it('reads the event and where the run is', async () => {
    const told = JSON.parse(await asStep('process.stdout.write(JSON.stringify(runner))', env)) as unknown;
    expect(told).toMatchObject({
      event: { eventName: 'issues', payload: { action: 'labeled' } },
      repository: 'o/r',
      apiUrl: 'https://api.test',
      graphqlUrl: 'https://api.test/g',
      runId: '42-2',
      workflow: { id: 42, attempt: 2 },
      triggeringActor: 'mona',
      runUrl: 'https://server.test/o/r/actions/runs/42',
    });
  });

  it('reads all inputs that were given, also one that does not exist', async () => {
    Object.assign(env, {
      'INPUT_MAX-AGENTS': ' 3 ',
      INPUT_MODEL: 'openai/gpt-4o',
      INPUT_FILES: '',
      'INPUT_MAX-AGENT': '1',
    });
    const inputs = JSON.parse(await asStep('process.stdout.write(JSON.stringify(runner.inputs))', env)) as unknown;
    expect(inputs).toEqual({ 'max-agents': '3', model: 'openai/gpt-4o', 'max-agent': '1' });
  });

  it('sets outputs, state and summary, whatever is in them', async () => {
    await asStep(
      `runner.setOutputs({ status: 'failed', branch: 'x\\nstatus=succeeded' }); runner.saveState('k', 'v'); await runner.writeSummary('# Hi');`,
      env,
    );
    expect(await file('output')).toMatch(/^status<<(\S+)\nfailed\n\1\nbranch<<(\S+)\nx\nstatus=succeeded\n\2\n$/);
    expect(await file('state')).toMatch(/^k<<(\S+)\nv\n\1\n$/);
    expect(await file('summary')).toBe('# Hi');
  });

  it('keeps the runner from obeying what it says', async () => {
    const said = await asStep(`runner.say('::error::not really'); runner.hide(['secret']);`, env);
    expect(said).toMatch(/^::stop-commands::([\w-]{36})\n::error::not really\n::\1::\n::add-mask::secret\n$/);
  });

  it('says that it has to be a step of a job', async () => {
    const { GITHUB_REPOSITORY: _, ...rest } = env;
    await expect(asStep('', rest)).rejects.toThrow('GITHUB_REPOSITORY is not set');
  });
});
