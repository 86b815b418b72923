import { errorsFirst } from './agent-message/failing-output.js';
import type { Failure } from './failure.js';
import type { TaskRecord } from './run/run.js';
import { isGreen } from './validation.js';

/** Lines of the last failing output that are shown. */
const maxLines = 60;
/** Messages that are listed, the last ones. */
const maxTried = 12;

/** Why a task is a person's now: the last failure, with what was tried and the last failing output as its evidence. */
export const escalation = (record: TaskRecord, last: Failure): Failure => {
  const { title } = record.task;
  const tries = `${count(record.attempts, 'attempt')} and ${count(record.iterations.length, 'iteration')}`;
  const evidence = [last.evidence, ...tried(record), ...failingOutput(record)].filter((each) => each !== undefined);
  return {
    ...last,
    message: `Task "${title}" was given up after ${tries}. ${last.message}`,
    ...(evidence.length === 0 ? {} : { evidence: evidence.join('\n\n') }),
  };
};

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

const tried = ({ iterations }: TaskRecord): readonly string[] => {
  const lines = iterations.flatMap(({ attempt, iteration, outcome, detail = '' }) =>
    outcome === undefined ? [] : [`Attempt ${attempt}, iteration ${iteration}: ${outcome}. ${detail}`.slice(0, 300)],
  );
  return lines.length === 0 ? [] : [['What was tried:', ...lines.slice(-maxTried)].join('\n')];
};

/** Of the last message that got as far as being validated. */
const failingOutput = ({ iterations }: TaskRecord): readonly string[] => {
  const red = iterations.findLast(({ validation = [] }) => validation.some((each) => !isGreen(each)))?.validation ?? [];
  return red
    .filter((each) => !isGreen(each))
    .slice(0, 3)
    .map((each) => [`${each.command} (${each.name}):`, ...errorsFirst(each.output, maxLines)].join('\n'));
};
