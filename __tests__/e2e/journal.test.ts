import { parseJournal } from '../../src/core/run/parse-journal.js';
import { broughtAlong, greeting, greetingPlan } from '../support/e2e-plans.js';
import { eventsOf } from '../support/e2e-ending.js';
import { runOn, tellStory } from '../support/e2e-story.js';
import { runGit } from '../support/git-repo.js';

const { files, inputs } = broughtAlong(greetingPlan);

describe('a run keeps its journal in the repository', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.labelled(stage.openIssue())),
  );

  story.it('under its own name, to the last event, with request, base, PRD and plan beside it', async (end) => {
    const { summary, journal, github, repo, pulls } = end;
    const ref = `refs/aider/${summary?.runId ?? ''}/journal`;
    expect(end.ledger).toEqual([ref]);
    const show = (path: string) => runGit(github.gitDir(repo), 'show', `${ref}:${path}`);
    expect(parseJournal(`${await show('events.ndjson')}\n`)).toEqual(journal.filter(({ type }) => type !== 'warning'));
    expect(await show('request.json')).toContain('Please add a greeting');
    expect(JSON.parse(await show('base.json'))).toMatchObject({ sha: end.run.sha });
    expect(await show('prd.json')).toContain('acceptance');
    expect(await show('plan.json')).toContain('src/greeting.js');
    expect(await runGit(github.gitDir(repo), 'log', '-1', '--format=%(trailers:only)', ref)).toBe(
      `Aider-Run: ${summary?.runId ?? ''}\nAider-Issue: 1\nAider-Pull-Request: ${String(pulls[0]?.number)}`,
    );
  });

  story.it('with the work that landed, so that it can be fetched', async ({ summary, journal, github, repo }) => {
    const [landed] = eventsOf(journal, 'task-landed');
    const args = ['rev-list', `refs/aider/${summary?.runId ?? ''}/journal`];
    const reachable = (await runGit(github.gitDir(repo), ...args)).split('\n');
    expect(reachable).toEqual(expect.arrayContaining([landed?.commit, landed?.head]));
  });
});

describe('a token that may not write to the repository', () => {
  const story = tellStory({ script: greeting, files }, async (stage) => {
    const token = stage.github.createToken({
      actor: 'github-actions[bot]',
      kind: 'actions',
      permissions: { contents: 'read', issues: 'write', 'pull-requests': 'write' },
      repositories: [stage.repo],
    });
    const given = { ...inputs, change: 'Add a greeting', 'github-token': token };
    return (await stage.start(stage.dispatched({}), given)).ended;
  });

  story.it('ends the run before an agent costs anything, and says what to give', ({ run, model, journal, ledger }) => {
    expect(run).toMatchObject({ exitCode: 1, outputs: { status: 'failed' } });
    expect(run.annotations.map(({ message }) => message).join('\n')).toContain('permissions: contents: write');
    expect(model.requests.filter(({ question }) => question.kind !== 'prd')).toEqual([]);
    expect(eventsOf(journal, 'task-started')).toEqual([]);
    expect(ledger).toEqual([]);
  });
});
