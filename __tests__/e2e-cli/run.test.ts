import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Summary } from '../../src/core/report/summary.js';
import { goodText } from '../support/e2e-plans.js';
import { writeFiles } from '../support/git-repo.js';
import { commandTimeoutMs, modelKey, models, openCliStage, type CliStage, type Ended } from './cli-stage.js';

describe('aider-orchestrator run on a local repository', () => {
  let stage: CliStage;
  let ended: Ended;
  let before = '';
  const state = (): Promise<string> => stage.git('status', '--porcelain=v2', '--branch', '--ignored=no');
  const summary = (): Summary => Summary.parse(JSON.parse(ended.stdout));
  const branch = (): string => summary().branch ?? 'none';

  beforeAll(async () => {
    stage = await openCliStage();
    await writeFiles(stage.repository, { 'notes.txt': 'not committed\n', 'README.md': 'changed, not committed\n' });
    before = await state();
    ended = await stage.cli(['run', ...models, '--change', 'Add a greeting', '--json']);
  }, commandTimeoutMs);
  afterAll(() => stage.close());

  it('succeeds, with nothing but the summary on stdout', () => {
    expect(ended.exitCode).toBe(0);
    expect(summary()).toMatchObject({
      status: 'succeeded',
      request: { source: 'cli', actor: 'Mona', title: 'Add a greeting', number: null },
      base: { branch: 'main' },
      tasks: [{ id: 'greeting', agent: 1, status: 'landed', iterations: 1 }],
      pullRequest: null,
    });
  });

  it('tells its progress on stderr', () => {
    for (const said of ['Plan: 1 task', 'agent-1 greeting landed', 'Succeeded after'])
      expect(ended.stderr).toContain(said);
  });

  it('leaves the result on a branch of its own', async () => {
    expect(branch()).toMatch(/^aider\/run-\d{8}-\d{6}-[0-9a-f]{4}$/);
    expect(await stage.git('rev-parse', branch())).toBe(summary().headSha);
    expect(`${await stage.git('show', `${branch()}:src/greeting.js`)}\n`).toBe(goodText('greeting'));
    expect(await stage.git('merge-base', 'main', branch())).toBe(await stage.git('rev-parse', 'main'));
  });

  it('keeps the PRD and the summary there', async () => {
    const changed = (await stage.git('diff', '--name-only', 'main', branch())).split('\n');
    expect(changed).toEqual(expect.arrayContaining([summary().prdPath, 'src/greeting.js']));
    expect(changed).toEqual(expect.arrayContaining([expect.stringMatching(/^\.aider_logs\/summary-.*\.json$/)]));
    expect(changed).toHaveLength(3);
  });

  it('commits under the name of the person whose machine it is', async () => {
    expect(await stage.git('log', '-1', '--format=%an <%ae>', branch())).toBe('Mona <mona@example.test>');
  });

  it('leaves work tree, index, branch and uncommitted work as they were', async () => {
    expect(await state()).toBe(before);
    expect(await readFile(join(stage.repository, 'README.md'), 'utf8')).toBe('changed, not committed\n');
    const branches = await stage.git('for-each-ref', '--format=%(refname:short)', 'refs/heads');
    expect(branches.split('\n').sort()).toEqual([branch(), 'main']);
  });

  it('leaves a report, and the key in none of its files', async () => {
    const logs = join(stage.repository, '.aider_logs');
    const names = await readdir(logs, { recursive: true });
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^report-.*\.html$/)]));
    for (const name of names.filter((each) => /\.\w+$/.test(each)))
      expect(await readFile(join(logs, name), 'utf8')).not.toContain(modelKey);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(modelKey);
  });

  it('leaves nothing in the folder for temporary files', async () => {
    const left = await readdir(join(stage.root, 'tmp'), { recursive: true });
    expect(left.filter((name) => name !== 'aider-orchestrator')).toEqual([]);
  });
});
