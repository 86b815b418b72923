import { escalation } from '../../src/core/escalation.js';
import type { IterationRecord, TaskRecord } from '../../src/core/run/run.js';
import { taskRecord } from '../../src/core/run/task-record.js';
import { aFailure, aJudged, aPlan, aRun, aTask, planMade, taskId } from '../support/builders.js';

const fresh = taskRecord(aRun([0, planMade(aPlan([aTask('one')]))]), taskId('one'));
const given = (attempts: number, ...iterations: readonly IterationRecord[]): TaskRecord => ({
  ...fresh,
  attempts,
  iterations,
});
const message = (iteration: number, over: Partial<IterationRecord> = {}): IterationRecord => ({
  attempt: 1,
  iteration,
  startedAt: 0,
  endedAt: 1,
  outcome: 'validation-failed',
  detail: 'It is red.',
  ...over,
});
const red = (name: string, output = `${name} broke`) => aJudged(name, { exitCode: 1, verdict: 'new-failure', output });
const { evidence: _, ...last } = aFailure();
const evidenceOf = (record: TaskRecord): string => escalation(record, last).evidence ?? '';

describe('a task that is given up', () => {
  it('keeps the last failure with who must act, and says after how much it was given up', () => {
    expect(escalation(given(1, message(1), message(2)), last)).toMatchObject({
      reason: last.reason,
      who: last.who,
      action: last.action,
      message: `Task "Do one" was given up after 1 attempt and 2 iterations. ${last.message}`,
    });
    expect(escalation(given(2, message(1)), last).message).toContain('2 attempts and 1 iteration.');
  });

  it('has no evidence where nothing was tried', () => {
    expect(escalation(given(0), last)).not.toHaveProperty('evidence');
    expect(escalation(given(1, { attempt: 1, iteration: 1, startedAt: 0 }), last)).not.toHaveProperty('evidence');
  });

  it("lists what was tried after the failure's own evidence", () => {
    const record = given(1, message(1), message(2, { outcome: 'crashed', detail: 'Exit 1.' }));
    expect(escalation(record, { ...last, evidence: 'Own.' }).evidence).toBe(
      'Own.\n\nWhat was tried:\nAttempt 1, iteration 1: validation-failed. It is red.\n' +
        'Attempt 1, iteration 2: crashed. Exit 1.',
    );
  });

  it('lists the last twelve, each cut to a readable length', () => {
    const many = Array.from({ length: 14 }, (_each, index) => message(index + 1, { detail: 'x'.repeat(400) }));
    const lines = evidenceOf(given(1, ...many)).split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[1]).toMatch(/^Attempt 1, iteration 3: /);
    expect(lines.slice(1).map((line) => line.length)).toEqual(Array.from({ length: 12 }, () => 300));
  });

  it('shows the red commands of the last message that was validated, at most three', () => {
    const record = given(
      1,
      message(1, { validation: [red('older')] }),
      message(2, { validation: [aJudged('lint'), red('a'), red('b'), red('c'), red('d')] }),
      message(3, { outcome: 'crashed' }),
    );
    const shown = evidenceOf(record).split('\n\n').slice(1);
    expect(shown).toEqual(['a', 'b', 'c'].map((name) => `npm run ${name} (${name}):\n${name} broke`));
  });

  it('shows of a long output sixty lines, errors before the end', () => {
    const output = ['Error: this', ...Array.from({ length: 200 }, (_each, index) => `line ${index}`)].join('\n');
    const shown = evidenceOf(given(1, message(1, { validation: [red('test', output)] }))).split('\n\n')[1];
    const lines = shown?.split('\n') ?? [];
    expect(lines.length).toBeLessThanOrEqual(61);
    expect(lines[1]).toBe('Error: this');
    expect(lines.at(-1)).toBe('line 199');
  });
});
