import { greeting } from '../support/e2e-plans.js';
import { eventsOf, type Ending } from '../support/e2e-ending.js';
import type { Inputs, Stage } from '../support/e2e-stage.js';
import { tellStory } from '../support/e2e-story.js';
import { runGit } from '../support/git-repo.js';
import type { ActionRun } from '../../demo/runner/index.js';

const approval: Inputs = { 'plan-approval': 'true' };
const bot = 'github-actions[bot]';

const say = async (stage: Stage, text: string, inputs: Inputs = {}, by = 'mona'): Promise<ActionRun> =>
  (await stage.start(stage.commented(1, text, by), inputs)).ended;

/** One run of several; what it left is looked at later. */
const passing = async (running: Promise<ActionRun>): Promise<ActionRun> => {
  const run = await running;
  await run.dispose();
  return run;
};

const lastAnswer = ({ github, repo }: Pick<Ending, 'github' | 'repo'>): string =>
  github
    .comments(repo, 1)
    .filter(({ author }) => author === bot)
    .at(-1)?.body ?? '';

const kinds = ({ model }: Ending): readonly string[] => model.requests.map(({ question }) => question.kind);

describe('a plan is shown, refused to strangers and stale hashes, approved, and run', () => {
  const seen = { waiting: {} as Record<string, string>, comment: '', refs: [] as readonly string[], answers: [''] };
  const asked: number[] = [];
  const story = tellStory({ script: greeting }, async (stage) => {
    const issue = stage.openIssue();
    const label = stage.start(stage.labelled(issue), approval);
    const waiting = await passing((await label).ended);
    Object.assign(seen, { waiting: waiting.outputs, comment: stage.github.comments(stage.repo, issue)[0]?.body ?? '' });
    seen.refs = Object.keys(await stage.github.refs(stage.repo));
    asked.push(stage.model.requests.length);
    const hash = waiting.outputs['plan-hash'] ?? '';
    await passing(say(stage, `/aider approve ${hash}`, approval, 'otto'));
    seen.answers = [lastAnswer(stage)];
    await passing(say(stage, '/aider approve 0123456789abcdef', approval));
    seen.answers.push(lastAnswer(stage));
    asked.push(stage.model.requests.length);
    const done = await say(stage, `/aider approve ${hash}`, approval);
    await passing(say(stage, `/aider approve ${hash}`, approval));
    seen.answers.push(lastAnswer(stage));
    return done;
  });

  story.it('ends the first run waiting: exit 0, the hash as an output, nothing pushed but the journal', () => {
    expect(seen.waiting).toMatchObject({
      status: 'awaiting-approval',
      'plan-hash': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    expect(seen.refs.filter((ref) => !/^refs\/(heads\/main|aider\/\d+-1\/journal)$/.test(ref))).toEqual([]);
  });

  story.it('shows the plan with its tasks and the exact command', () => {
    expect(seen.comment).toContain('Waiting for approval');
    expect(seen.comment.split('\n')).toContain(`/aider approve ${seen.waiting['plan-hash'] ?? ''}`);
    expect(seen.comment).toContain('`src/greeting.js`');
  });

  story.it('runs nothing for somebody without rights or for another hash, and asks no model', () => {
    expect(seen.answers[0]).toContain('no write permission');
    expect(seen.answers[1]).toContain(`is \`${seen.waiting['plan-hash'] ?? ''}\`, not "0123456789abcdef"`);
    expect(asked).toEqual([2, 2]);
  });

  story.it('runs the plan of the hash, and asks for no PRD and no plan again', (end) => {
    expect(end.run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded' } });
    expect(end.run.outputs['plan-hash']).toBe(seen.waiting['plan-hash']);
    expect(kinds(end).filter((kind) => kind === 'prd' || kind === 'plan')).toEqual(['prd', 'plan']);
    expect(end.pulls).toMatchObject([{ draft: false }]);
  });

  story.it('is one run in one journal and one tracking comment', ({ journal, trackingComments, ledger }) => {
    expect(eventsOf(journal, 'run-started')).toHaveLength(1);
    expect(eventsOf(journal, 'run-ended').map(({ status }) => status)).toEqual(['awaiting-approval', 'succeeded']);
    expect(trackingComments(1)).toHaveLength(1);
    expect(trackingComments(1)[0]?.body).toContain('Succeeded');
    expect(ledger).toHaveLength(1);
  });

  story.it('says that nothing waits once it was run', () => {
    expect(seen.answers[2]).toContain('No plan waits for approval on issue');
    expect(seen.answers[2]).toContain('is succeeded');
  });
});

describe('/aider plan, and then everything changes', () => {
  const seen = { status: '', answer: '' };
  const story = tellStory({ script: greeting }, async (stage) => {
    const { github, repo } = stage;
    const issue = stage.openIssue();
    const planned = await passing(say(stage, '/aider plan and keep it short'));
    seen.status = planned.outputs['status'] ?? '';
    const dir = github.gitDir(repo);
    const moved = await runGit(dir, 'commit-tree', '-p', 'main', '-m', 'Meanwhile', 'main^{tree}');
    await runGit(dir, 'update-ref', 'refs/heads/main', moved);
    github.editIssue(repo, issue, 'mona', { body: 'Please delete the service.' });
    return say(stage, `/aider approve ${planned.outputs['plan-hash'] ?? ''}`);
  });

  story.it('makes the plan and runs nothing', (end) => {
    expect(seen.status).toBe('awaiting-approval');
    expect(kinds(end)).toEqual(['prd', 'plan']);
    expect(end.branches).toEqual([]);
  });

  story.it('is refused with all that changed and what to do', (end) => {
    expect(end.run).toMatchObject({ exitCode: 0, outputs: { status: 'skipped' } });
    const answer = lastAnswer(end);
    expect(answer).toMatch(/branch main was at [0-9a-f]{10} and is at [0-9a-f]{10}/);
    expect(answer).toContain('was "Please add a greeting to the service." and is "Please delete the service."');
    expect(answer).toContain('/aider plan');
    expect(end.pulls).toEqual([]);
  });
});
