import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { journalFile } from '../../src/core/run/journal-files.js';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { parseJournal } from '../../src/core/run/parse-journal.js';
import { summarizeCost } from '../../src/core/report/cost.js';
import { after, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
import { eventsOf } from '../support/e2e-ending.js';
import type { JobFacts, Stage } from '../support/e2e-stage.js';
import { tellStory, type Story } from '../support/e2e-story.js';
import { runGit } from '../support/git-repo.js';

const script = smallScript(smallPlan(smallTask('first'), smallTask('second', { dependsOn: after('first') })));

/** A run as it stands in its ref when it is killed. */
interface Killed {
  readonly id: number;
  readonly events: readonly RunEvent[];
  readonly refs: readonly string[];
}

const keptOf = async ({ github, repo }: Stage, id: number): Promise<readonly RunEvent[]> => {
  const text = await runGit(github.gitDir(repo), 'show', `refs/aider/${String(id)}-1/journal:${journalFile}`);
  return parseJournal(`${text}\n`);
};

/** The journal is in the repository before an agent starts, and moves there with each landing. */
const onceLandingIsKept = async (stage: Stage, id: number): Promise<readonly RunEvent[]> => {
  const over = new AbortController();
  const folder = join(stage.github.gitDir(stage.repo), 'refs', 'aider', `${String(id)}-1`);
  const moves = watch(folder, { signal: over.signal })[Symbol.asyncIterator]();
  for (;;) {
    // Watched before it is looked at, so that no move is missed.
    const move = moves.next().then(
      () => undefined,
      () => undefined,
    );
    const events = await keptOf(stage, id);
    if (eventsOf(events, 'task-landed').length === 0) await move;
    else {
      over.abort();
      return events;
    }
  }
};

/** Kills the run on a labelled issue while its second task waits for an answer and the first has landed. */
const killOne = async (
  stage: Stage,
  job: JobFacts = {},
): Promise<Killed & { event: Parameters<Stage['start']>[0] }> => {
  const hold = stage.model.hold(({ task }) => task === 'second');
  const event = stage.labelled(stage.openIssue());
  const running = await stage.start(event, {}, job);
  await hold.arrived(1);
  const id = stage.github.workflowRuns(stage.repo).at(-1)?.id ?? 0;
  const events = await onceLandingIsKept(stage, id);
  running.kill('SIGKILL');
  await (await running.ended).dispose();
  hold.release();
  return { id, events, event, refs: Object.keys(await stage.github.refs(stage.repo)) };
};

const lock = 'refs/aider/locks/issue-1';

/** What holds of a run that was killed and went on, whoever had it go on. */
const itGoesOn = (story: Story, killed: () => Killed): void => {
  story.it('ends well, as the run it was', ({ run, summary, journal, ledger }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'succeeded', 'tasks-succeeded': '2' } });
    expect(summary?.runId).toBe(`${String(killed().id)}-1`);
    expect(journal.slice(0, killed().events.length)).toEqual(killed().events);
    expect(eventsOf(journal, 'run-resumed')).toMatchObject([{ lost: [], steps: 1 }]);
    expect(ledger).toEqual([`refs/aider/${String(killed().id)}-1/journal`]);
  });

  story.it('asks for nothing again that was done', ({ model, journal }) => {
    const asked = model.requests.map(({ question }) => question.task ?? question.kind);
    expect(asked.toSorted()).toEqual(['first', 'plan', 'prd', 'second', 'second']);
    expect(eventsOf(journal, 'task-landed').map(({ task }) => task)).toEqual(['first', 'second']);
  });

  story.it('lands nothing twice', async ({ commits, fileOn }) => {
    const works = (await commits('aider/issue-1')).filter(({ parents }) => parents.length === 1);
    const tasks = works.flatMap(({ trailers }) => trailers['Aider-Task'] ?? []);
    expect(tasks.toSorted()).toEqual(['first', 'second']);
    for (const id of ['first', 'second']) expect(await fileOn('aider/issue-1', `src/${id}.js`)).toContain(id);
  });

  story.it('has one pull request and one tracking comment', ({ pulls, trackingComments }) => {
    expect(pulls).toMatchObject([{ draft: false }]);
    expect(trackingComments(1)).toHaveLength(1);
    expect(trackingComments(1)[0]?.body).toContain('Succeeded');
  });

  story.it('carries on what was spent', ({ summary, journal }) => {
    const before = replay(killed().events);
    const spent = before === undefined ? 0 : summarizeCost(before).usd;
    const last = eventsOf(journal, 'iteration-ended').at(-1)?.usage.costUsd ?? 0;
    expect(spent).toBeGreaterThan(0);
    expect(summary?.cost.usd).toBeCloseTo(spent + last, 10);
  });
};

describe('a machine is lost in the middle of a run, and the job is run again', () => {
  let killed: Killed = { id: 0, events: [], refs: [] };
  const story = tellStory({ script }, async (stage) => {
    const { event, ...rest } = await killOne(stage, { isLost: true });
    killed = rest;
    const again = { runId: rest.id, attempt: 2 };
    return (await stage.start(event, {}, { again })).ended;
  });

  story.it('takes the issue over, which nobody had released', ({ ledger }) => {
    expect(killed.refs).toContain(lock);
    expect(ledger).not.toContain(lock);
  });
  itGoesOn(story, () => killed);
});

describe('a run is killed, the issue edited, and `/aider resume` said', () => {
  let killed: Killed = { id: 0, events: [], refs: [] };
  const seen = { cancelled: '' };
  const story = tellStory({ script }, async (stage) => {
    const { github, repo } = stage;
    killed = await killOne(stage);
    seen.cancelled = github.comments(repo, 1)[0]?.body ?? '';
    github.editIssue(repo, 1, 'mona', { body: 'Please delete the service.' });
    return (await stage.start(stage.commented(1, '/aider resume'))).ended;
  });

  story.it('was told as cancelled, with the way to go on', () => {
    expect(seen.cancelled).toContain('Cancelled');
    expect(seen.cancelled).toContain('/aider resume');
  });

  story.it('goes on with the text it was begun with, and says so', ({ github, repo, run, journal }) => {
    const answer = github.comments(repo, 1).at(-1)?.body ?? '';
    expect(answer).toContain(`Run ${String(killed.id)}-1 goes on with the request as it was`);
    expect(answer).toContain('was "Please add a greeting to the service." and is "Please delete the service."');
    expect(eventsOf(journal, 'warning').map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringContaining('goes on with the request as it was')]),
    );
    expect(run.outputs['branch']).toBe('aider/issue-1');
  });
  itGoesOn(story, () => killed);
});
