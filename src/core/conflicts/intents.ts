import type { Failure } from '../failure.js';
import type { TaskRecord } from '../run/run.js';

/** One side of a conflict: a task and the change it made. */
export interface Side {
  readonly record: TaskRecord;
  readonly diff: string;
}

/** Characters of one side's diff, and of its instructions. */
const maxDiff = 3_000;
const maxInstructions = 800;

/**
 * The failure of a task whose conflict nobody but a person can resolve, with what both sides wanted and did as its
 * evidence.
 */
export const conflictFailure = (own: Side, others: readonly Side[], files: readonly string[]): Failure => {
  const { record } = own;
  const names = others.map((each) => `"${each.record.task.id}"`).join(' and ');
  return {
    reason: 'conflict',
    who: 'user',
    message: `The work of agent-${record.agent} conflicts in ${files.join(', ')} with ${names || 'what landed'}, also when redone on top of it.`,
    action: `Look at branch agent-${record.agent} and merge it by hand, or ask again with ${names === '' ? 'the two tasks' : `${names} and "${record.task.id}"`} as one.`,
    evidence: [own, ...others].map(sideText).join('\n\n'),
  };
};

const sideText = ({ record, diff }: Side): string =>
  [
    `Task "${record.task.id}" (agent-${record.agent}, ${record.state.kind === 'landed' ? 'landed' : 'not landed'}): ${record.task.title}`,
    cut(record.task.instructions, maxInstructions),
    cut(diff.trimEnd(), maxDiff),
  ].join('\n');

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max).toWellFormed()}\n... (${text.length - max} characters more)`;
