import type { Outcome } from '../outcome.js';
import type { Task } from '../plan/plan.js';
import type { JudgedResult, RefusedChange } from '../run/event.js';
import { renderBrief, type Brief } from './brief.js';
import { renderFailing } from './failing-output.js';
import { fenced, listOf, oneLine } from './markdown.js';

/** Which message of which attempt, from 1. */
export interface Turn {
  readonly attempt: number;
  readonly iteration: number;
  readonly maxIterations: number;
}

/** One earlier message of the same task and how it ended. */
export interface Tried {
  readonly attempt: number;
  readonly iteration: number;
  readonly outcome: Outcome;
  readonly detail: string;
}

export interface FirstMessage extends Brief, Turn {
  /** Earlier attempts, whose work was thrown away. */
  readonly tried?: readonly Tried[];
  /** Aider's map of the repository, where one was made. */
  readonly repositoryMap?: string;
}

/** How the message before ended. Of its validation the new failures are shown, or all red ones when none is new. */
export interface Previous {
  readonly outcome: Outcome;
  readonly detail: string;
  readonly validation: readonly JudgedResult[];
  readonly refused: readonly RefusedChange[];
}

export interface NextMessage extends Brief, Turn {
  readonly previous: Previous;
  /** Earlier messages, the one before included. */
  readonly tried?: readonly Tried[];
}

export interface RedoMessage extends Brief, Turn {
  /** Files that did not merge. */
  readonly files: readonly string[];
  /** The task's own diff, made on an older base. */
  readonly oldDiff: string;
}

export interface RepairMessage extends Brief {
  /** Repair round of the run, from 1. */
  readonly round: number;
  readonly failures: readonly JudgedResult[];
  /** What the task landed, so that the fault can be found. */
  readonly landedDiff?: string;
  readonly partner?: RepairPartner;
}

/** A task landed earlier: each of the two is green alone, together they are red. */
export interface RepairPartner {
  readonly task: Task;
  readonly landedDiff?: string;
}

/** The message that opens an attempt in a clean clone. */
export const firstMessage = (message: FirstMessage): string =>
  join(
    opening(message),
    renderBrief(message),
    ...history('Earlier attempts (their work was thrown away; do better)', message.tried),
    ...map(message.repositoryMap),
  );

/** The message after one that did not finish the task. The clone still holds what was done so far. */
export const nextMessage = (message: NextMessage): string =>
  join(
    opening(message),
    'The files hold your work so far; go on from there.',
    renderBrief(message),
    '## What is wrong now',
    complaint(message.previous.outcome),
    ...refusals(message.previous.refused),
    ...failing(message.previous.validation),
    ...history('What was tried', message.tried),
  );

/** The message that redoes a task on top of others' landed work, in a clone of the integration head. */
export const redoMessage = (message: RedoMessage): string =>
  join(
    opening(message),
    'Your change was finished, but work of others landed first and the two do not merge. The files now hold their work. Make your change again on top of it: keep what they did and reach the same goal.',
    ...(message.files.length === 0
      ? []
      : ['## Files in conflict', listOf(message.files.map((path) => `\`${oneLine(path)}\``))]),
    renderBrief(message),
    '## Your earlier change, made on an older state',
    fenced(message.oldDiff, 'diff'),
  );

/** The message that repairs a landed task after the whole was validated, in a clone of the integration head. */
export const repairMessage = (message: RepairMessage): string =>
  join(
    `Repair task \`${message.task.id}\` (round ${message.round}).`,
    'This task has landed, and with all tasks together these checks fail that were not red before. Find the cause and mend it within your files, keeping the goal below.',
    '## Failing checks',
    renderFailing(message.failures),
    ...together(message.partner),
    renderBrief(message),
    ...(message.landedDiff === undefined ? [] : ['## What this task changed', fenced(message.landedDiff, 'diff')]),
    ...(message.partner?.landedDiff === undefined
      ? []
      : [`## What \`${message.partner.task.id}\` changed`, fenced(message.partner.landedDiff, 'diff')]),
  );

const together = (partner: RepairPartner | undefined): readonly string[] =>
  partner === undefined
    ? []
    : [
        `It fails only together with task \`${partner.task.id}\` (${oneLine(partner.task.title)}), which landed before: each alone passes. Keep what both are for; the files of both are yours to edit.`,
      ];

// Fixed text: a message may not begin with text of others (Aider runs `/` and `!`), and the scripted model reads it.
const opening = ({ task, attempt, iteration, maxIterations }: Brief & Turn): string =>
  `Work on task \`${task.id}\` (attempt ${attempt}, iteration ${iteration} of ${maxIterations}).`;

const join = (...blocks: readonly string[]): string => `${blocks.map((block) => block.trimEnd()).join('\n\n')}\n`;

const map = (text: string | undefined): readonly string[] =>
  text === undefined || text.trim() === '' ? [] : ['## Map of the repository (for orientation)', fenced(text)];

const history = (title: string, tried: readonly Tried[] = []): readonly string[] =>
  tried.length === 0 ? [] : [`## ${title}`, listOf(tried.map(triedLine))];

const triedLine = ({ attempt, iteration, outcome, detail }: Tried): string =>
  `Attempt ${attempt}, iteration ${iteration}: ${outcome}. ${oneLine(detail).slice(0, 300)}`.trimEnd();

const refusals = (refused: readonly RefusedChange[]): readonly string[] =>
  refused.length === 0
    ? []
    : [
        'These changes were thrown away; do not make them again:',
        listOf(refused.slice(0, 20).map(({ path, why }) => `\`${oneLine(path)}\`: ${oneLine(why)}`)),
      ];

const failing = (results: readonly JudgedResult[]): readonly string[] => {
  const text = renderFailing(results);
  return text === '' ? [] : ['The checks say (errors first):', text];
};

const complaint = (outcome: Outcome): string => {
  switch (outcome) {
    case 'no-change':
      return 'Your last answer held no edit at all, so nothing was done. Talk about nothing; answer with edit blocks for the files above, now.';
    case 'out-of-scope':
      return 'Your last answer changed only files that are not yours. Reach the goal within the files listed above.';
    case 'policy-refused':
      return 'Your last answer changed only what nobody may change here; none of it was taken. Reach the goal within the files listed above, as plain text files.';
    case 'validation-failed':
      return 'Your change is in the files, but the checks fail. Mend the cause, not the check.';
    case 'answer-cut':
      return 'Your last answer was too long and was cut; all its edits were lost. Answer with fewer and smaller edits, most important first; the rest can follow in the next message.';
    case 'edits-unmatched':
      return 'Some edits of your last answer did not match the files. Copy each SEARCH part from the file as it is now, exactly and line by line, and keep it short.';
    case 'changed':
      return 'Part of the work is there. Finish what is missing.';
    case 'rate-limited':
    case 'quota-exhausted':
    case 'auth-failed':
    case 'context-overflow':
    case 'timed-out':
    case 'crashed':
    case 'budget-reached':
    case 'provider-error':
    case 'sandbox-failed':
    case 'cancelled':
      return 'Your last message ended before its work was done. Look at the files as they are and finish it.';
  }
};
