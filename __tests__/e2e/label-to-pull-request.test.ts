import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectFolder } from '../../demo/runner/index.js';
import { crud, isAgent } from '../../demo/scenarios/index.js';
import { renderPrd } from '../../src/core/render/prd.js';
import { eventsOf } from '../support/e2e-ending.js';
import { tellStory } from '../support/e2e-story.js';

const branch = 'aider/issue-1';
const bot = 'github-actions[bot]';

/** The executable of a process and its command line, as the kernel knows them. */
const readProgram = async (pid: number): Promise<{ readonly file: string; readonly args: string[] }> => {
  const proc = `/proc/${String(pid)}`;
  return { file: await readlink(`${proc}/exe`), args: (await readFile(`${proc}/cmdline`, 'utf8')).split('\0') };
};

describe('a label becomes a pull request', () => {
  let program = { file: '', args: [''] };
  const story = tellStory({ script: crud.script, latencyMs: 1500 }, async (stage) => {
    const event = stage.labelled(stage.openIssue(crud.issue.title, crud.issue.body));
    const running = await stage.start(event, crud.inputs);
    program = await readProgram(running.pid);
    return running.ended;
  });

  story.it('is run by Node 24 from the bundle', async () => {
    expect((await execa(program.file, ['--version'])).stdout).toMatch(/^v24\./);
    expect(program.args[1]).toBe(join(process.env['E2E_DIST'] ?? join(projectFolder, 'dist'), 'index.js'));
  });

  story.it('ends with success and every output set', ({ run, pulls }) => {
    expect(run.exitCode).toBe(0);
    expect(run.annotations).toEqual([]);
    expect(run.outputs).toMatchObject({
      status: 'succeeded',
      'pull-request-number': String(pulls[0]?.number),
      'pull-request-url': pulls[0]?.url,
      branch,
      'tasks-total': '6',
      'tasks-succeeded': '6',
      'tasks-failed': '0',
      iterations: '6',
    });
    expect(Object.entries(run.outputs).filter(([, value]) => value === '')).toEqual([]);
  });

  story.it('opens one pull request that is ready, mergeable and closes the issue', ({ pulls, run, github, repo }) => {
    expect(pulls).toHaveLength(1);
    expect(pulls[0]).toMatchObject({ head: branch, base: 'main', draft: false, mergeable: true, author: bot });
    expect(pulls[0]?.title).toBe(crud.prd.title);
    expect(pulls[0]?.body).toMatch(/^Closes #1$/m);
    expect(pulls[0]?.headSha).toBe(run.outputs['head-sha']);
    expect(github.issueState(repo, 1).state).toBe('open');
  });

  story.it('delivers the six files, the PRD and the summary, and nothing else', async ({ changedOn, run, fileOn }) => {
    const { 'prd-path': prdPath = '', 'summary-path': summaryPath = '' } = run.outputs;
    expect(prdPath).toMatch(/^docs\/prd\/\d{4}-\d\d-\d\d-user-crud-api\.md$/);
    expect(await changedOn(branch)).toEqual([...crud.expected.changed, prdPath, summaryPath].sort());
    expect(`${(await fileOn(branch, prdPath)) ?? ''}\n`).toBe(renderPrd(crud.prd));
  });

  story.it('makes every commit as the bot of its token, with trailers', async ({ commits, summary }) => {
    const all = await commits(branch);
    expect(all.length).toBeGreaterThanOrEqual(13);
    for (const commit of all) {
      expect(commit.author).toMatch(/^github-actions\[bot\] <\d+\+github-actions\[bot\]@users\.noreply\./);
      expect(commit.committer).toBe(commit.author);
      expect(commit.trailers['Aider-Run']).toBe(summary?.runId);
    }
    const ofTasks = all.filter((commit) => commit.trailers['Aider-Task'] !== undefined);
    const ids = crud.plan.tasks.map((task) => String(task.id)).sort();
    for (const parents of [1, 2]) {
      const tasks = ofTasks.filter((commit) => commit.parents.length === parents);
      expect(tasks.map((commit) => commit.trailers['Aider-Task']).sort()).toEqual(ids);
    }
    expect(new Set(ofTasks.map((commit) => commit.trailers['Aider-Attempt']))).toEqual(new Set(['1']));
    expect(all[0]?.trailers).toEqual({ 'Aider-Run': summary?.runId });
  });

  story.it(
    'says everywhere that it ran in a sandbox',
    ({ summary, logs, run, github, repo, pulls, trackingComments }) => {
      expect(summary?.isolation).toBe('sandbox');
      const report = [...logs].find(([name]) => name.startsWith('report-'))?.[1];
      const texts = [trackingComments(1)[0]?.body, pulls[0]?.body, run.summaryMarkdown, report];
      const comments = github.comments(repo, pulls[0]?.number ?? 0).map(({ body }) => body);
      for (const text of [...texts, ...comments]) expect(text).toContain('isolation: sandbox');
    },
  );

  story.it('passes its own tests on the head of the pull request', async ({ runNodeOn }) => {
    const { exitCode, output } = await runNodeOn(branch, '--test');
    expect(output).toContain(`pass ${String(crud.expected.tests)}`);
    expect(exitCode).toBe(0);
  });

  story.it('has four agents at work at once, and asks each model once a message', ({ journal, summary, model }) => {
    const deltas = journal.flatMap((event) => {
      if (event.type === 'task-started') return [1];
      return event.type === 'task-landed' ? [-1] : [];
    });
    const running = deltas.map((_, index) => deltas.slice(0, index + 1).reduce((sum, delta) => sum + delta, 0));
    expect(Math.max(...running)).toBe(4);
    expect(summary?.agents).toEqual({ max: 4, peak: 4 });
    expect(model.requests.filter(({ question }) => isAgent(question))).toHaveLength(6);
    expect(model.requests.map(({ question }) => question.kind).sort()).toEqual([
      'plan',
      'prd',
      ...Array(6).fill('task'),
    ]);
  });

  story.it('reaches each provider with its own key', ({ model, secrets }) => {
    const keys = { gemini: secrets.geminiKey, openai: secrets.openAiKey };
    expect(model.requests.map(({ protocol, key }) => key === keys[protocol])).toEqual(Array(8).fill(true));
  });

  story.it('summarizes tasks, times and validation', ({ summary, journal }) => {
    expect(summary).toMatchObject({ status: 'succeeded', branch, iterations: 6, conflicts: [] });
    expect(summary?.tasks.map(({ id, status, attempts }) => [id, status, attempts])).toEqual(
      crud.plan.tasks.map(({ id }) => [id, 'landed', 1]),
    );
    const { actualMs = 0, lowerBoundMs = 0, sequentialMs = 0, efficiency = 0 } = summary?.time ?? {};
    expect(lowerBoundMs).toBeGreaterThan(0);
    expect(actualMs).toBeGreaterThanOrEqual(lowerBoundMs);
    expect(sequentialMs).toBeGreaterThan(actualMs);
    expect(efficiency).toBeGreaterThan(0.5);
    expect(summary?.validation.map(({ name, exitCode, newFailures }) => [name, exitCode, newFailures])).toEqual([
      ['lint', 0, 0],
      ['tests', 0, 0],
    ]);
    expect(summary?.cost.usd).toBeGreaterThan(0);
    expect(eventsOf(journal, 'run-ended')).toMatchObject([{ status: 'succeeded' }]);
  });

  story.it(
    'keeps one comment on the issue up to date, from the start to the end',
    ({ trackingComments, github, repo, pulls }) => {
      expect(github.comments(repo, 1)).toHaveLength(1);
      const [comment] = trackingComments(1);
      expect(comment?.author).toBe(bot);
      expect(comment?.edits.length).toBeGreaterThan(1);
      expect(comment?.edits[0]?.body).toContain('⏳');
      expect(comment?.body).toContain(
        `✅ **Succeeded**: 6 of 6 tasks landed in pull request [#2](${pulls[0]?.url ?? ''})`,
      );
      for (const task of crud.plan.tasks) expect(comment?.body).toContain(`\`${task.id}\``);
    },
  );

  story.it('comments iterations and success on the pull request, once', ({ pulls }) => {
    expect(pulls[0]?.comments).toHaveLength(1);
    expect(pulls[0]?.comments[0]?.body).toContain('**6 iterations, 6 of 6 tasks succeeded (100 %)**');
  });

  story.it('takes the trigger label off, puts aider:done on and shows eyes', ({ github, repo }) => {
    expect(github.labels(repo, 1)).toEqual(['aider:done']);
    expect(github.reactions(repo, 1)).toEqual([{ by: bot, content: 'eyes' }]);
  });

  story.it('writes the job summary and keeps a log of each agent', ({ run, logs }) => {
    expect(run.summaryMarkdown).toContain('6 of 6 tasks landed');
    expect(run.summaryMarkdown).toContain('```mermaid');
    const names = [...logs.keys()];
    crud.plan.tasks.forEach((task, index) => expect(names).toContain(`agent${String(index + 1)}_${task.id}.jsonl`));
    const agentLogs = names.filter((name) => /^agent\d+_.*\.jsonl$/.test(name));
    expect(agentLogs).toHaveLength(6);
    for (const name of agentLogs) expect(logs.get(name)).toContain('"message_send"');
    expect(run.outputs['report-path']).toMatch(/report-.*\.html$/);
  });
});
