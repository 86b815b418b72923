import { broughtAlong, goodText, greeting, greetingPlan, smallPrd } from '../support/e2e-plans.js';
import type { Stage } from '../support/e2e-stage.js';
import { runGit } from '../support/git-repo.js';
import { runOn, tellStory } from '../support/e2e-story.js';

const bot = 'github-actions[bot]';
const { files, inputs } = broughtAlong(greetingPlan);

describe('a comment starts a run, in a repository that ignores .aider* and docs', () => {
  const gitignore = 'node_modules/\n.aider*\ndocs/\n';
  const story = tellStory(
    { script: greeting, files: { '.gitignore': gitignore } },
    runOn((stage) => stage.commented(stage.openIssue('Be polite'), '/aider add a greeting\nand make it short')),
  );

  story.it('delivers a ready pull request that closes the issue', ({ run, pulls }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded', branch: 'aider/issue-1' } });
    expect(pulls).toMatchObject([{ draft: false }]);
    expect(pulls[0]?.body).toContain('Closes #1');
  });

  story.it('reacts to the comment, not to the issue', ({ github, repo }) => {
    expect(github.comments(repo, 1)[0]?.reactions).toEqual([{ by: bot, content: 'eyes' }]);
    expect(github.reactions(repo, 1)).toEqual([]);
  });

  story.it('asks for what the issue and the comment say', ({ model }) => {
    const prd = model.requests.find(({ question }) => question.kind === 'prd');
    expect(prd?.question.text).toContain('Be polite');
    expect(prd?.question.text).toContain('add a greeting\nand make it short');
    expect(prd?.question.text).not.toContain('/aider');
  });

  story.it('commits PRD, summary and work, and leaves .gitignore as it was', async ({ changedOn, run, fileOn }) => {
    expect(await changedOn('aider/issue-1')).toEqual(
      [run.outputs['summary-path'], run.outputs['prd-path'], 'src/greeting.js'].sort(),
    );
    expect(`${(await fileOn('aider/issue-1', 'src/greeting.js')) ?? ''}\n`).toBe(goodText('greeting'));
    expect(`${(await fileOn('aider/issue-1', '.gitignore')) ?? ''}\n`).toBe(gitignore);
  });

  story.it('says that a plan of one task runs in sequence', ({ summary, run }) => {
    expect(summary?.agents.peak).toBe(1);
    expect(run.summaryMarkdown).toContain('in sequence: a plan of 1 task');
  });
});

describe('workflow_dispatch with a change', () => {
  const story = tellStory(
    { script: greeting },
    runOn((stage) => stage.dispatched({ change: 'Add a greeting' }), { change: 'Add a greeting\nA friendly one.' }),
  );

  story.it('puts the work on a branch of the run and names no issue', ({ run, pulls, summary, branches }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded' } });
    expect(run.outputs['branch']).toBe(`aider/run-${summary?.runId ?? ''}`);
    expect(branches).toEqual([`refs/heads/aider/run-${summary?.runId ?? ''}`]);
    expect(pulls).toMatchObject([{ number: 1, draft: false, title: smallPrd.title }]);
    expect(pulls[0]?.body).not.toMatch(/Closes|For #/);
    expect(summary?.request).toMatchObject({
      source: 'dispatch',
      actor: 'mona',
      number: null,
      title: 'Add a greeting',
    });
  });

  story.it('comments on the pull request only', ({ pulls }) => {
    expect(pulls[0]?.comments).toHaveLength(1);
    expect(pulls[0]?.comments[0]?.body).toContain('1 iteration, 1 of 1 task succeeded');
  });

  story.it('asks for all of the change', ({ model }) => {
    expect(model.requests[0]?.question.text).toContain('A friendly one.');
  });
});

describe('workflow_dispatch with the number of a labelled issue, and then a question how it stands', () => {
  const story = tellStory({ script: greeting, files }, async (stage) => {
    stage.github.label(stage.repo, stage.openIssue('Be polite'), 'aider', 'mona');
    const run = await (await stage.start(stage.dispatched({ issue: '1' }), inputs)).ended;
    const asked = await (await stage.start(stage.commented(1, '/aider status'))).ended;
    await asked.dispose();
    return run;
  });

  story.it('works on that issue as if it had just been labelled', ({ run, pulls, github, repo, trackingComments }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', branch: 'aider/issue-1' });
    expect(pulls[0]?.body).toContain('Closes #1');
    expect(github.labels(repo, 1)).toEqual(['aider:done']);
    expect(trackingComments(1)).toHaveLength(1);
  });

  story.it('answers how the run ended and where its pull request is', ({ github, repo }) => {
    const answer = github.comments(repo, 1).at(-1);
    expect(answer?.author).toBe(bot);
    expect(answer?.body).toContain('**Succeeded**: 1 of 1 task landed');
    expect(answer?.body).toContain('Open pull request: #2.');
  });
});

describe('the label is put on again while the pull request is open', () => {
  const heads: string[] = [];
  const story = tellStory({ script: greeting, files }, async (stage) => {
    const issue = stage.openIssue();
    const first = await (await stage.start(stage.labelled(issue), inputs)).ended;
    heads.push(first.outputs['head-sha'] ?? '');
    await first.dispose();
    const second = await (await stage.start(stage.labelled(issue), inputs)).ended;
    heads.push(second.outputs['head-sha'] ?? '');
    return second;
  });

  story.it('brings the same pull request up to date', ({ run, pulls }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded', branch: 'aider/issue-1' } });
    expect(pulls).toMatchObject([{ number: 2, draft: false, headSha: heads[1] }]);
    expect(heads[0]).not.toBe(heads[1]);
  });

  story.it(
    'edits the comment on the pull request and leaves the label of the newest end',
    ({ pulls, github, repo }) => {
      expect(pulls[0]?.comments).toHaveLength(1);
      expect(pulls[0]?.comments[0]?.edits.length).toBeGreaterThan(1);
      expect(github.labels(repo, 1)).toEqual(['aider:done']);
    },
  );
});

describe('a schedule', () => {
  /** #1 has an open pull request of ours already (#2), #3 waits longest, #4 came later. */
  const setTheScene = async (stage: Stage): Promise<void> => {
    const { github, repo } = stage;
    github.label(repo, stage.openIssue('Done before'), 'aider', 'mona');
    await openPullRequestOfOurs(stage);
    github.label(repo, stage.openIssue('Waiting longest'), 'aider', 'mona');
    github.label(repo, stage.openIssue('Came later'), 'aider', 'mona');
  };

  const story = tellStory({ script: greeting, files }, async (stage) => {
    await setTheScene(stage);
    return (await stage.start(stage.scheduled(), inputs)).ended;
  });

  story.it('takes the oldest labelled issue that has no open pull request of ours', ({ run, pulls, summary }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', branch: 'aider/issue-3' });
    expect(summary?.request).toMatchObject({ source: 'schedule', actor: 'mona', number: 3, title: 'Waiting longest' });
    expect(pulls.map(({ head }) => head)).toEqual(['aider/issue-1', 'aider/issue-3']);
  });

  story.it('leaves the other issues as they are', ({ github, repo }) => {
    expect([1, 3, 4].map((issue) => github.labels(repo, issue))).toEqual([['aider'], ['aider:done'], ['aider']]);
    expect([1, 4].map((issue) => github.comments(repo, issue).length)).toEqual([0, 0]);
  });
});

/** As an earlier run would have: a branch with a commit, and a pull request from it. */
const openPullRequestOfOurs = async ({ github, repo, secrets }: Stage): Promise<void> => {
  const headers = { authorization: `Bearer ${secrets.token}`, 'content-type': 'application/json' };
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${github.apiUrl}/repos/${repo}/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
  };
  const sha = await runGit(
    github.gitDir(repo),
    'commit-tree',
    '-p',
    'main',
    '-m',
    'Earlier work\n\nAider-Run: 1-1',
    'main^{tree}',
  );
  await post('git/refs', { ref: 'refs/heads/aider/issue-1', sha });
  await post('pulls', { title: 'Earlier work', head: 'aider/issue-1', base: 'main' });
};
