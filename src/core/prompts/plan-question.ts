import type { Prd } from '../prd.js';
import type { Request } from '../request/request.js';
import type { RepositoryContext } from './context.js';
import { contextSections, requestSection } from './context-sections.js';
import { dataRule, type Prompt } from './prd-question.js';
import { renderSections, type Section } from './sections.js';

export interface PlanLimits {
  /** Globs nobody may change. */
  readonly protectedFiles: readonly string[];
  /** Paths or globs the user picked by hand; empty: no such limit. */
  readonly allowedFiles: readonly string[];
  readonly maxTasks: number;
  /** How many agents work at once. */
  readonly maxAgents?: number;
  /** The only folder that may be read and written. */
  readonly subtree?: string;
}

export interface PlanQuestion {
  readonly request: Request;
  readonly prd: Prd;
  readonly context: RepositoryContext;
  readonly limits: PlanLimits;
  /** Random, made anew for each run. */
  readonly boundary: string;
  /** What was wrong with the previous answer, one fault each. */
  readonly feedback?: readonly string[];
}

/** Asks for a plan: the tasks by which several agents build a PRD at once. */
export const planQuestion = ({ request, prd, context, limits, boundary, feedback = [] }: PlanQuestion): Prompt => ({
  system: [rules, renderLimits(limits), dataRule(boundary)].join('\n\n'),
  prompt: renderSections(
    [requestSection(request), prdSection(prd), ...contextSections(context), feedbackSection(feedback)],
    boundary,
  ),
});

const prdSection = (prd: Prd): Section => ({ title: 'PRD', text: JSON.stringify(prd, null, 1), rank: 0 });

const feedbackSection = (feedback: readonly string[]): Section => ({
  title: 'FAULTS OF YOUR PREVIOUS PLAN (answer with the whole plan, these mended)',
  text: feedback.map((fault) => `- ${fault}`).join('\n'),
  rank: 0,
});

const renderLimits = (limits: PlanLimits): string =>
  [
    'Limits of this run:',
    `- At most ${limits.maxTasks} tasks.`,
    ...(limits.maxAgents === undefined ? [] : [`- ${limits.maxAgents} agents work at once; more width gains nothing.`]),
    ...(limits.subtree === undefined ? [] : [`- Only below ${limits.subtree}/ may anything be read or written.`]),
    ...(limits.allowedFiles.length === 0
      ? []
      : [
          `- The user picked the files that may be written, and this binds: every writes entry must be, or lie ` +
            `within, one of ${list(limits.allowedFiles)}.`,
        ]),
    ...(limits.protectedFiles.length === 0
      ? []
      : [
          `- Protected, never in writes, not even through a glob that could match one: ${list(limits.protectedFiles)}.`,
        ]),
  ].join('\n');

const list = (globs: readonly string[]): string => globs.map((glob) => JSON.stringify(glob)).join(', ');

const rules = `You plan one change to an existing repository so that several coding agents can build it at the same \
time without getting in each other's way. Each task is given to one agent, which sees only that task's text, the \
conventions, the contracts and the files named in its writes and reads. A program checks your plan and sends faults back.

Answer with JSON of these fields:
- version: 1.
- title: at most 70 characters, in the imperative.
- conventions: short rules every task must follow: names, error style, test style, as this repository has them.
- acceptance: the criteria of the PRD, {id, text}, unchanged.
- contracts: interfaces shared by two or more tasks: {id, file, signature, doc, producedBy}. signature is the exact \
code of the declaration; producedBy the id of the task that writes it; file must be in that task's writes.
- tasks: in a sensible order, each:
  - id: a slug: lower case letters and digits in words joined by single "-", at most 60 characters, unique.
  - title: one line, at most 200 characters.
  - kind: one of contract, implementation, test, wiring, docs, migration.
  - instructions: all the agent needs: what to build, where, exact names and signatures, edge cases, what to leave \
alone. Do not refer to other tasks by number; name their contracts instead.
  - writes: files this task may create or change, as repository paths ("src/a.ts") or globs ("docs/**"). Prefer exact \
paths. Name new files and the tests too: a change outside writes is thrown away. At least one.
  - reads: existing files the agent must see but not change, and contract files of tasks it depends on. Few and exact.
  - dependsOn: ids of tasks that must have landed before this one starts. Only where it needs their result.
  - acceptance: ids of the criteria this task serves. Every criterion is served by some task.
  - verify: commands {run, timeoutSeconds} that must exit 0 in the repository when this task is done, for example the \
one test file it writes. Only commands that can pass right after this task, with tools the repository already has; \
an empty list is better than a guess. The validation commands are run anyway.
  - estimateMinutes: for an agent, usually 1 to 10.
  - model, editFormat, maxAttempts: leave empty (null) unless a task plainly needs another value.

Rules the program checks:
- Paths lie inside the repository: relative, with "/", without "..", never in .git.
- Two tasks whose writes can match the same file must be ordered by dependsOn, directly or through others. Best is \
that no file is in the writes of two tasks.
- dependsOn names ids of this plan, never the task itself, and makes no cycle.

How to split well:
- Contract first: if several tasks need a shared type, interface or signature, open with one small task of kind \
contract that writes it (with enough of a body that the code compiles), and let the others depend on it and on \
nothing else. They then run side by side.
- Cut by files that belong together; a module and its own tests are one task. End with one wiring task only if \
something must join the parts (an index, a route table, a registry); shared files such as a manifest belong to exactly \
one task.
- Each task leaves the repository valid by itself once its dependencies have landed.
- A small change is one task. Do not split what is quicker done at once: an agent takes about half a minute to start.`;
