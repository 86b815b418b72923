import { conflictFailure } from '../../../src/core/conflicts/intents.js';
import { touching } from '../../../src/core/conflicts/touching.js';
import { taskRecord } from '../../../src/core/run/task-record.js';
import { aChange, aPlan, aRun, aTask, planMade, taskId, taskLanded, taskStarted } from '../../support/builders.js';

const plan = planMade(aPlan([aTask('a', { instructions: 'i'.repeat(900) }), aTask('b'), aTask('c'), aTask('d')]));
const landed = (id: string, ...paths: readonly string[]) =>
  taskLanded(id, { changes: paths.map((path) => aChange(path)) });
const run = aRun(
  [0, plan],
  [1, landed('a', 'src/a.ts', 'docs/a.md')],
  [2, landed('b', 'lib/b.ts')],
  [3, landed('c', 'top.txt')],
  [4, taskStarted('d')],
);
const touched = (...files: readonly string[]) => touching(run, taskId('d'), files);

describe('the tasks a conflict is with', () => {
  it.each([
    ['changed a file of it', 'docs/a.md', ['a']],
    ['changed a folder into a file, or what lies below it', 'lib', ['b']],
    ['changed a file where it needs a folder', 'top.txt/x', ['c']],
    ["changed a file that git set aside under another's name", 'src/a.ts~HEAD', ['a']],
  ])('are those that %s', (_, file, tasks) => {
    expect(touched(file)).toEqual(tasks);
  });

  it('are all that changed any of its files', () => {
    expect(touched('lib/b.ts', 'src/a.ts')).toEqual(['a', 'b']);
  });

  it('are those that changed something beside it, where nobody changed the file itself', () => {
    expect(touched('lib/new.ts')).toEqual(['b']);
    expect(touched('moved/b.ts')).toEqual(['b']);
    expect(touched('other.txt')).toEqual(['c']);
    expect(touched('library/x.ts')).toEqual([]);
    expect(touched('src/a')).toEqual(['a']);
  });

  it('are never the task itself, nor one that has not landed', () => {
    expect(touching(run, taskId('a'), ['src/a.ts'])).toEqual([]);
    const open = aRun([0, plan], [1, taskStarted('a')], [2, taskStarted('b')]);
    expect(touching(open, taskId('b'), ['src/a.ts'])).toEqual([]);
  });
});

describe('the failure of a conflict that a person must resolve', () => {
  const side = (id: string, diff = `diff of ${id}\n\n`) => ({ record: taskRecord(run, taskId(id)), diff });

  it('says with whom, where, and what to do about it', () => {
    const failure = conflictFailure(side('d'), [side('b'), side('c')], ['x.ts', 'y.ts']);
    expect(failure).toMatchObject({ reason: 'conflict', who: 'user' });
    expect(failure.message).toContain('agent-4 conflicts in x.ts, y.ts with "b" and "c"');
    expect(failure.action).toContain('branch agent-4');
    expect(failure.action).toContain('"b" and "c" and "d"');
  });

  it('names no task where none is known', () => {
    const failure = conflictFailure(side('d'), [], ['x.ts']);
    expect(failure.message).toContain('with what landed,');
    expect(failure.action).toContain('the two tasks as one');
    expect(failure.action).not.toContain('"');
  });

  it("shows both sides' intents and changes, its own first, and who landed", () => {
    const { evidence = '' } = conflictFailure(side('d'), [side('b')], ['x.ts']);
    expect(evidence).toBe(
      'Task "d" (agent-4, not landed): Do d\nWrite src/d.ts.\ndiff of d\n\n' +
        'Task "b" (agent-2, landed): Do b\nWrite src/b.ts.\ndiff of b',
    );
  });

  it('cuts what is long and says how much is left out', () => {
    const long = conflictFailure(side('a', 'x'.repeat(3_007)), [], ['x.ts']).evidence ?? '';
    expect(long).toContain(
      `\n${'i'.repeat(800)}\n... (100 characters more)\n${'x'.repeat(3_000)}\n... (7 characters more)`,
    );
    expect(conflictFailure(side('b', 'x'.repeat(3_000)), [], ['x.ts']).evidence).not.toContain('more)');
  });
});
