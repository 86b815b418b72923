import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../../support/git-repo.js';
import { openMachine, type MachineStage } from './stage.js';

let machine: MachineStage;
beforeEach(async () => {
  machine = await openMachine();
});
afterEach(() => machine.end());

/** Answers what every Python is asked, with its own path: nothing else may be started in its place. */
const python = (version: string) => `printf '%s\\n%s\\n' ${version} "$0"`;

describe('the checks of a machine', () => {
  it('are content with what a run needs', async () => {
    await machine.program('python3', python('3.11'));
    const { node, git, repository, settings, python: found } = await machine.findings();
    expect(node).toMatchObject({ state: 'ok', found: `Node ${process.versions.node}`, fix: '' });
    expect(git).toMatchObject({ state: 'ok', found: expect.stringMatching(/^git \d+\.\d+$/) as string });
    expect(repository).toMatchObject({ state: 'ok', found: `branch main of ${machine.folder}` });
    expect(found).toMatchObject({ state: 'ok', found: `Python 3.11 at ${machine.root}/bin/python3` });
    expect(settings).toMatchObject({
      state: 'ok',
      found: 'model openai/gpt-4.1, PRD and plan by openai/gpt-4.1, keys are there',
    });
  });

  it('miss a repository', async () => {
    const { repository } = await machine.findings({ folder: machine.root });
    expect(repository).toMatchObject({ state: 'wrong', found: `${machine.root} is not in a git repository` });
  });

  it('miss a first commit', async () => {
    const folder = join(machine.root, 'new');
    await mkdir(folder);
    await runGit(folder, 'init', '-q');
    const { repository } = await machine.findings({ folder });
    expect(repository).toMatchObject({ state: 'wrong', fix: 'git add -A && git commit -m "First commit"' });
  });

  it('miss a branch', async () => {
    await runGit(machine.folder, 'checkout', '-q', '--detach');
    expect((await machine.findings()).repository).toMatchObject({
      state: 'wrong',
      found: `no branch is checked out in ${machine.folder}`,
    });
  });

  it('miss Python, unless uv is there to bring one', async () => {
    expect((await machine.findings()).python).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining('Install Python 3.10, 3.11 or 3.12') as string,
    });
    await machine.program('uv', 'exit 0');
    expect((await machine.findings()).python).toMatchObject({ state: 'ok' });
  });

  it('refuse a Python that Aider refuses', async () => {
    await machine.program('python3', python('3.13'));
    expect((await machine.findings()).python).toMatchObject({
      state: 'wrong',
      found: `Aider needs Python 3.10-3.12, but ${machine.root}/bin/python3 is 3.13.`,
    });
  });

  it('note an Aider and a bubblewrap that are not installed yet, and how to get them', async () => {
    const { aider, isolation } = await machine.findings();
    expect(aider).toMatchObject({ state: 'note', fix: 'aider-orchestrator doctor --fix' });
    expect(isolation).toMatchObject({ state: 'note', fix: 'sudo apt-get install bubblewrap' });
  });

  it('try a bubblewrap that is there', async () => {
    await machine.program('bwrap', 'echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    expect((await machine.findings()).isolation).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('No permissions to create new namespace') as string,
    });
  });

  it('note that a run would get another user where bubblewrap does not work, with why and what raises it', async () => {
    await machine.program('bwrap', 'echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    const env = { PATH: `${machine.root}/bin:${process.env['PATH'] ?? ''}`, HOME: machine.root };
    const { isolation } = await machine.findings({ env });
    expect(isolation).toMatchObject({
      state: 'note',
      found: expect.stringMatching(/^another user, firewalled.*No permissions to create new namespace/) as string,
      fix: expect.stringContaining('Install bubblewrap') as string,
    });
  });

  it('say with --fix why Aider could not be installed', async () => {
    await machine.program('bwrap', 'exit 1');
    await machine.program('python3', `case "$*" in *venv*) echo "no ensurepip" >&2; exit 1;; esac; ${python('3.11')}`);
    expect((await machine.findings({ fix: true })).aider).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('no ensurepip') as string,
      fix: expect.stringContaining('apt-get install python3.11-venv') as string,
    });
  });

  it('ask a given Aider and need no Python then', async () => {
    const inputs = { model: 'openai/gpt-4.1', 'aider-command': 'my-aider' };
    const settings = { inputs, inputsAre: 'flag' as const, env: { OPENAI_API_KEY: 'sk' } };
    const without = await machine.findings({ settings });
    expect(without).not.toHaveProperty('python');
    expect(without.aider).toMatchObject({ state: 'wrong', found: expect.stringContaining('my-aider') as string });
  });

  it('give each fault of the settings with its own mend', async () => {
    const { settings } = await machine.findings({ settings: { inputs: {}, inputsAre: 'flag', env: {} } });
    expect(settings).toEqual({
      name: 'settings',
      state: 'wrong',
      found: 'model (flag): expected the model of the agents; came none.',
      fix: 'Give --model, for example anthropic/claude-sonnet-4-5.',
    });
  });
});
