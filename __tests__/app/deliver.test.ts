import type { Failure } from '../../src/core/failure.js';
import type { Interruption } from '../../src/core/run/conclude.js';
import { deliver, summaryPath } from '../../src/app/deliver.js';
import { createIntegration } from '../../src/app/integration.js';
import { pushAgentBranches } from '../../src/app/push-agent-branches.js';
import { aFailure, aJudged, aPrd, aTask, taskId } from '../support/builders.js';
import { aBench, type Bench, type BenchOptions } from '../support/bench.js';
import { FakeGitHub } from '../support/fake-github.js';

interface Setting extends BenchOptions {
  readonly red?: boolean;
  readonly failedTask?: boolean;
  readonly interruption?: Interruption;
  readonly local?: boolean;
  readonly prdOrigin?: 'model' | 'file';
}

type Stage = Bench & { readonly github: FakeGitHub; readonly give: () => Promise<Failure | undefined> };

/** A run in which `a` has landed and been validated. */
const stage = async (setting: Setting = {}): Promise<Stage> => {
  const bench = aBench({ tasks: [aTask('a'), ...(setting.failedTask === true ? [aTask('b')] : [])], ...setting });
  const { repository, recorder, tools } = bench;
  const { sha } = repository.base;
  const start = { commit: sha, tree: sha };
  const ref = 'refs/heads/aider-integration';
  const integration = await createIntegration({ repository, run: () => recorder.run, ref, start });
  const tree = await repository.addFiles(sha, { 'src/a.ts': 'a' });
  const commit = await repository.commit({ tree, parents: [sha], message: 'a\n\nAider-Run: r1\n' });
  await integration.land(taskId('a'), { commit, start: sha });
  const head = integration.head.commit;
  recorder.record({
    type: 'prd-written',
    prd: aPrd(),
    path: 'docs/prd/2026-03-02-a-change.md',
    origin: setting.prdOrigin ?? 'model',
  });
  recorder.record({ type: 'task-landed', task: taskId('a'), attempt: 1, commit, head, changes: [] });
  if (setting.failedTask === true) recorder.record({ type: 'task-failed', task: taskId('b'), failure: aFailure() });
  const results = [aJudged('test', setting.red === true ? { exitCode: 1, verdict: 'new-failure' } : {})];
  recorder.record({ type: 'validation-ended', round: 0, head, results });
  const github = new FakeGitHub();
  const { interruption } = setting;
  const give = () =>
    deliver({
      tools,
      integration,
      facts: () => ({}),
      ...(setting.local === true ? {} : { github }),
      ...(interruption === undefined ? {} : { interruption }),
    });
  return { ...bench, github, give };
};

const delivered = ({ repository }: Bench, branch = 'aider/issue-42') =>
  repository.filesAt(repository.userBranches.get(branch) ?? '');

describe('what is delivered', () => {
  it('is the work with the PRD and the summary on the branch of the issue', async () => {
    const bench = await stage();
    expect(await bench.give()).toBeUndefined();
    const files = delivered(bench);
    expect(files).toMatchObject({ 'src/a.ts': 'a' });
    expect(files['docs/prd/2026-03-02-a-change.md']).toContain('# A change');
    expect(JSON.parse(files[summaryPath('r1')] ?? '')).toMatchObject({
      version: 1,
      status: 'succeeded',
      branch: 'aider/issue-42',
    });
    expect(bench.journal.of('branch-pushed')).toMatchObject([
      { branch: 'aider/issue-42', sha: bench.repository.userBranches.get('aider/issue-42') },
    ]);
  });

  it('carries our trailer, so that the next run may move it', async () => {
    const bench = await stage();
    await bench.give();
    expect(await bench.repository.findBranch('aider/issue-42')).toMatchObject({ ours: true });
  });

  it.each<[string, Setting, readonly string[]]>([
    ['no summary with commit-logs: none', { inputs: { 'commit-logs': 'none' } }, ['docs/prd/2026-03-02-a-change.md']],
    ['no PRD that was there before', { prdOrigin: 'file' }, [summaryPath('r1')]],
    ['nothing but the work where neither is wanted', { prdOrigin: 'file', inputs: { 'commit-logs': 'none' } }, []],
  ])('holds %s', async (_, setting, documents) => {
    const bench = await stage(setting);
    await bench.give();
    expect(Object.keys(delivered(bench)).toSorted()).toEqual(
      ['README.md', 'src/a.ts', 'src/old.ts', ...documents].toSorted(),
    );
  });

  it('lies beside a branch with commits of somebody else, and says so', async () => {
    const bench = await stage();
    const { repository } = bench;
    const tree = await repository.addFiles(repository.base.sha, { theirs: '1' });
    const theirs = await repository.commit({ tree, parents: [repository.base.sha], message: 'mine' });
    repository.userBranches.set('aider/issue-42', theirs);
    await bench.give();
    expect(repository.userBranches.get('aider/issue-42')).toBe(theirs);
    expect(delivered(bench, 'aider/issue-42-2')).toMatchObject({ 'src/a.ts': 'a' });
    expect(bench.recorder.run.warnings).toEqual([expect.stringContaining('aider/issue-42-2')]);
    expect(bench.github.pullRequests).toMatchObject([{ head: 'aider/issue-42-2' }]);
  });

  it('is only a local branch without GitHub', async () => {
    const bench = await stage({ local: true });
    expect(await bench.give()).toBeUndefined();
    expect(bench.journal.of('branch-pushed')[0]).not.toHaveProperty('url');
    expect(bench.github.calls).toEqual([]);
  });

  it('is a failure that a person can mend when the push is refused', async () => {
    const bench = await stage();
    bench.repository.refusals.set('aider/issue-42', 'protected branch hook declined');
    expect(await bench.give()).toMatchObject({ reason: 'push-refused', who: 'user' });
    expect(bench.journal.of('branch-pushed')).toEqual([]);
    expect(bench.github.pullRequests).toEqual([]);
  });

  it("is the world's failure when the remote does not answer", async () => {
    const bench = await stage();
    bench.repository.failOn('findBranch', new Error('could not resolve host'));
    expect(await bench.give()).toMatchObject({
      reason: 'push-failed',
      who: 'world',
      message: expect.stringContaining('could not resolve host') as string,
    });
  });
});

describe('the pull request', () => {
  it.each<[string, Setting, boolean]>([
    ['is ready when everything landed and is green', {}, false],
    ['is a draft when a command is red', { red: true }, true],
    ['is a draft when a task is missing', { failedTask: true }, true],
    ['is a draft after a deadline', { interruption: { kind: 'deadline', failure: aFailure() } }, true],
    ['is a draft after a failure that ended the run', { interruption: { kind: 'fatal', failure: aFailure() } }, true],
  ])('%s', async (_, setting, draft) => {
    const bench = await stage(setting);
    expect(await bench.give()).toBeUndefined();
    expect(bench.github.pullRequests).toMatchObject([{ head: 'aider/issue-42', base: 'main', draft }]);
    const [{ number } = { number: 0 }] = bench.github.pullRequests;
    expect(bench.recorder.run.pullRequest).toMatchObject({ number, draft });
  });

  it('closes the issue only when the run succeeded', async () => {
    const [whole, part] = [await stage(), await stage({ red: true })];
    await whole.give();
    await part.give();
    expect(whole.github.pullRequests[0]?.body).toContain('Closes #42');
    expect(part.github.pullRequests[0]?.body).not.toMatch(/closes #42/i);
  });

  it('is not opened for a run that was cancelled, whose work is pushed all the same', async () => {
    const bench = await stage({ interruption: { kind: 'cancelled' } });
    expect(await bench.give()).toBeUndefined();
    expect(delivered(bench)).toMatchObject({ 'src/a.ts': 'a' });
    expect(JSON.parse(delivered(bench)[summaryPath('r1')] ?? '')).toMatchObject({ status: 'cancelled' });
    expect(bench.github.pullRequests).toEqual([]);
  });

  it('that is open already is updated, with its draft state', async () => {
    const bench = await stage({ red: true });
    await bench.github.openPullRequest({
      head: 'aider/issue-42',
      base: 'main',
      title: 'old',
      body: 'old',
      draft: false,
    });
    await bench.give();
    expect(bench.github.pullRequests).toHaveLength(1);
    expect(bench.github.pullRequests[0]).toMatchObject({ draft: true });
    expect(bench.github.pullRequests[0]?.body).not.toBe('old');
    expect(bench.recorder.run.pullRequest).toMatchObject({ number: 1, draft: true });
  });

  it('that is open already and cannot be updated is still there, with a warning', async () => {
    const bench = await stage();
    await bench.github.openPullRequest({
      head: 'aider/issue-42',
      base: 'main',
      title: 'old',
      body: 'old',
      draft: true,
    });
    bench.github.failOn('updatePullRequest');
    expect(await bench.give()).toBeUndefined();
    expect(bench.recorder.run.pullRequest).toMatchObject({ number: 1, draft: true });
    expect(bench.recorder.run.warnings).toEqual([expect.stringContaining('pull request #1')]);
  });

  it('that may not be opened is told with the address where a person can', async () => {
    const bench = await stage();
    bench.github.forbidsPullRequests = true;
    expect(await bench.give()).toBeUndefined();
    expect(bench.recorder.run.pullRequestForbidden).toEqual({
      message: 'GitHub Actions is not permitted to create or approve pull requests.',
      compareUrl: 'https://github.test/o/r/compare/main...aider/issue-42',
    });
  });

  it.each(['openPullRequestFrom', 'openPullRequest'] as const)(
    'that could not be opened, since GitHub failed in %s, loses nothing of what was pushed',
    async (call) => {
      const bench = await stage();
      bench.github.failOn(call);
      expect(await bench.give()).toBeUndefined();
      expect(bench.recorder.run.branch?.name).toBe('aider/issue-42');
      expect(bench.recorder.run.pullRequestForbidden?.message).toContain('503');
    },
  );
});

describe('agent branches', () => {
  /** `a` landed, `b` failed with work, `c` failed without, `d` was cancelled with work. */
  const left = async (inputs: Readonly<Record<string, string>>, request = {}): Promise<Bench> => {
    const bench = aBench({ tasks: ['a', 'b', 'c', 'd'].map((id) => aTask(id)), inputs, request });
    const { repository, recorder } = bench;
    const { sha } = repository.base;
    for (const id of ['a', 'b', 'd']) {
      const tree = await repository.addFiles(sha, { [`src/${id}.ts`]: id });
      const commit = await repository.commit({ tree, parents: [sha], message: id });
      recorder.record({ type: 'task-landing', task: taskId(id), attempt: 1, commit });
      if (id === 'a')
        recorder.record({ type: 'task-landed', task: taskId(id), attempt: 1, commit, head: commit, changes: [] });
    }
    recorder.record({ type: 'task-failed', task: taskId('b'), failure: aFailure() });
    recorder.record({ type: 'task-failed', task: taskId('c'), failure: aFailure() });
    recorder.record({ type: 'task-cancelled', task: taskId('d') });
    return bench;
  };
  const pushed = ({ repository }: Bench) =>
    [...repository.userBranches.keys()].filter((name) => name.includes('agent'));

  it.each([
    ['failed', ['aider-agents/issue-42/agent-2', 'aider-agents/issue-42/agent-4']],
    ['all', ['aider-agents/issue-42/agent-1', 'aider-agents/issue-42/agent-2', 'aider-agents/issue-42/agent-4']],
    ['none', []],
  ])('are pushed as asked for: %s', async (which, expected) => {
    const bench = await left({ 'push-agent-branches': which });
    await pushAgentBranches(bench.tools, true);
    expect(pushed(bench)).toEqual(expected);
  });

  it('are named after the run when there is no issue', async () => {
    const bench = await left({}, { number: undefined });
    await pushAgentBranches(bench.tools, true);
    expect(pushed(bench)).toContain('aider-agents/run-r1/agent-2');
  });

  it('stay where they are without a remote', async () => {
    const bench = await left({ 'push-agent-branches': 'all' });
    await pushAgentBranches(bench.tools, false);
    expect(pushed(bench)).toEqual([]);
  });

  it('that cannot be pushed are a warning each, and the others are pushed', async () => {
    const bench = await left({});
    bench.repository.refusals.set('aider-agents/issue-42/agent-2', 'no');
    await pushAgentBranches(bench.tools, true);
    expect(pushed(bench)).toEqual(['aider-agents/issue-42/agent-4']);
    expect(bench.recorder.run.warnings).toEqual([expect.stringContaining('agent-2 failed: no')]);
  });
});
