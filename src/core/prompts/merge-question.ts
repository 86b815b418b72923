import type { Hunk } from '../conflicts/hunks.js';
import type { Task } from '../plan/plan.js';
import { dataRule, type Prompt } from './prd-question.js';
import { renderSections, type Section } from './sections.js';

/** A hunk with its file and the lines around it. */
export interface PlacedHunk {
  readonly path: string;
  readonly above: string;
  readonly hunk: Hunk;
  readonly below: string;
}

export interface MergeQuestion {
  /** The task whose work does not merge, and those whose work landed before it. */
  readonly task: Task;
  readonly landed: readonly Task[];
  readonly hunks: readonly PlacedHunk[];
  /** Random, made anew for each question. */
  readonly boundary: string;
}

/** Asks for the lines that stand in the place of a few hunks two tasks wrote differently. */
export const mergeQuestion = ({ task, landed, hunks, boundary }: MergeQuestion): Prompt => ({
  system: [rules, dataRule(boundary)].join('\n\n'),
  prompt: renderSections(
    [
      ...landed.map((each) => intent('THE TASK THAT LANDED (its lines are called OURS)', each)),
      intent('THE TASK TO BE MERGED (its lines are called THEIRS)', task),
      ...hunks.flatMap((placed, index) => hunkSections(placed, index + 1)),
    ],
    boundary,
  ),
});

const intent = (title: string, task: Task): Section => ({
  title,
  text: `${task.title}\n\n${task.instructions}`,
  rank: 1,
});

const hunkSections = ({ path, above, hunk, below }: PlacedHunk, n: number): readonly Section[] =>
  [
    ['lines above, which stay', above],
    ['OURS', hunk.ours],
    ['before both', hunk.before],
    ['THEIRS', hunk.theirs],
    ['lines below, which stay', below],
  ].map(([what, text]) => ({ title: `HUNK ${n} in ${path}: ${what}`, text: text || '(nothing)', rank: 0 }));

const rules = `Two tasks changed one repository at the same time, and a few hunks of their files do not merge. For each \
hunk write the lines that stand in its place so that both tasks keep what they wanted. Their tests are run on what you \
write; what does not pass them is thrown away.

Answer with JSON: hunks, a list with one {text} for every hunk, in their order. text holds exactly the lines of that \
place, with their indentation and a newline after each: no lines from above or below it, no conflict markers, no code \
fence, no words of explanation. Use the lines of both sides; invent nothing that neither wrote or needs.`;
