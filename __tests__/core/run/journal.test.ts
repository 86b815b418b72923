import fc from 'fast-check';
import { replay } from '../../../src/core/run/apply.js';
import { RunEventBody } from '../../../src/core/run/event.js';
import { isIntent } from '../../../src/core/run/intents.js';
import { journalFile, toJournalFiles } from '../../../src/core/run/journal-files.js';
import { orderByTime } from '../../../src/core/run/order-runs.js';
import { parseJournal } from '../../../src/core/run/parse-journal.js';
import { taskRecord, unfinishedTasks } from '../../../src/core/run/task-record.js';
import {
  aFailure,
  aPlan,
  aPrd,
  aRequest,
  aRun,
  aTask,
  planMade,
  runStarted,
  taskId,
  taskLanded,
  taskLanding,
  taskStarted,
  timeline,
} from '../../support/builders.js';

const prdWritten: RunEventBody = { type: 'prd-written', prd: aPrd(), path: 'docs/prd/x.md', origin: 'model' };
const events = timeline([0, runStarted()], [1, prdWritten], [2, planMade()], [3, taskStarted('one')]);
const text = (files: Readonly<Record<string, string>>): string => files[journalFile] ?? '';

describe('a journal as files', () => {
  it('is read as the events it was written from', () => {
    expect(parseJournal(text(toJournalFiles(events)))).toEqual(events);
    expect(journalFile).toBe('events.ndjson');
  });

  it('shows a person what was asked, on what, and what was made of it, as far as there is any', () => {
    const files = toJournalFiles(events);
    const shown = Object.fromEntries(
      Object.entries(files).flatMap(([name, content]) =>
        name === journalFile ? [] : [[name, JSON.parse(content) as unknown]],
      ),
    );
    const run = replay(events);
    expect(shown).toEqual({
      'request.json': aRequest(),
      'base.json': run?.base,
      'prd.json': { prd: aPrd(), path: 'docs/prd/x.md', origin: 'model' },
      'plan.json': JSON.parse(JSON.stringify(run?.plan)) as unknown,
    });
    expect(Object.keys(toJournalFiles(events.slice(0, 1)))).toEqual([journalFile, 'request.json', 'base.json']);
    expect(toJournalFiles([])).toEqual({ [journalFile]: '' });
    expect(files['base.json']).toMatch(/^\{\n {2}"branch".*\n$/s);
  });

  it('ends at the first line that is not the next event, wherever it was cut', () => {
    const whole = text(toJournalFiles(events));
    fc.assert(
      fc.property(fc.nat(whole.length), (at) => {
        const lines = whole.slice(0, at).split('\n').length - 1;
        expect(parseJournal(whole.slice(0, at))).toEqual(events.slice(0, lines));
      }),
    );
  });

  it('takes no event after one that is missing, said twice or unreadable', () => {
    const lines = text(toJournalFiles(events)).split('\n');
    const [first = '', second = '', third = ''] = lines;
    const read = (...some: readonly string[]) => parseJournal(some.map((line) => `${line}\n`).join(''));
    expect(read(first, third)).toEqual(events.slice(0, 1));
    expect(read(first, first, second)).toEqual(events.slice(0, 1));
    expect(read(first, '{"seq":2', second)).toEqual(events.slice(0, 1));
    expect(read(first, '{"seq":2,"at":1,"type":"unheard-of"}', second)).toEqual(events.slice(0, 1));
    expect(read('', first)).toEqual([]);
  });
});

describe('what must be on disk before it is done', () => {
  it('is what a second process could not tell from not done, and nothing else', () => {
    const types = RunEventBody.options.map((option) => option.shape.type.value);
    expect(types.filter((type) => isIntent({ type })).toSorted()).toEqual([
      'branch-pushing',
      'integration-moving',
      'pull-request-opening',
      'run-ended',
      'run-resumed',
      'run-started',
      'task-landing',
      'task-started',
    ]);
  });
});

describe('runs that were kept', () => {
  it('stand in the order of time, and those of one second in that of their numbers', () => {
    const kept = [
      { keptAt: 2, runId: '7' },
      { keptAt: 1, runId: '10' },
      { keptAt: 1, runId: '9' },
    ];
    expect(kept.toSorted(orderByTime).map(({ runId }) => runId)).toEqual(['9', '10', '7']);
  });
});

describe('the tasks of a run', () => {
  const failure = aFailure();
  const run = aRun(
    [0, planMade(aPlan(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => aTask(id))))],
    ...[
      taskStarted('b'),
      taskLanding('c'),
      taskLanded('d'),
      { type: 'task-failed', task: taskId('e'), failure } as const,
      { type: 'task-skipped', task: taskId('f'), why: 'x' } as const,
      { type: 'task-cancelled', task: taskId('g') } as const,
    ].map((body, index) => [index + 1, body] as const),
  );

  it('are unfinished while they wait, run or land', () => {
    expect(unfinishedTasks(run)).toEqual(['a', 'b', 'c']);
  });

  it('are found by their id, and one that the plan does not have is a bug', () => {
    expect(taskRecord(run, taskId('d')).task.id).toBe('d');
    expect(() => taskRecord(run, taskId('z'))).toThrow('No task z in the plan of run r1');
  });
});
