import type { Run } from '../core/run/run.js';
import type { TaskId } from '../core/plan/plan.js';
import type { Repository } from '../ports/repository.js';
import type { Revision } from './checker.js';
import { commitMessage } from './commit-message.js';
import { mergeCommits, pickChange } from './fold.js';

/** What an agent made: `commit` changes `start`, and only that change is the task's. */
export interface Work {
  readonly commit: string;
  readonly start: string;
}

export type Landing =
  | { readonly kind: 'landed'; readonly head: Revision }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** One step of the integration branch: the head after a task's work, or a repair of it, was merged. */
export interface Step extends Work {
  readonly task: TaskId;
  readonly head: Revision;
}

/**
 * The branch where tasks land. It is never checked out: a landing is a merge of trees, a commit, and a ref moved by
 * compare and swap. Landings follow each other; the ref is only ever moved by this object.
 */
export interface Integration {
  readonly head: Revision;
  /** From the first landing on. */
  readonly steps: readonly Step[];
  land(task: TaskId, work: Work): Promise<Landing>;
  /**
   * Takes a task out, with what builds on it: tasks that depend on it, and tasks whose change does not apply without
   * it. Resolves with all that left, in the order they had landed. Repairs of what stays are kept where they apply.
   */
  withdraw(task: TaskId): Promise<readonly TaskId[]>;
}

export interface IntegrationOptions {
  readonly repository: Repository;
  readonly run: () => Run;
  readonly ref: string;
  readonly start: Revision;
}

/** Creates the integration ref at `start`. */
export const createIntegration = async (options: IntegrationOptions): Promise<Integration> => {
  const { repository, ref, start, run } = options;
  let head = start;
  let steps: readonly Step[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  await repository.setRef(ref, start.commit);

  const advance = async (to: Revision): Promise<void> => {
    const moved = await repository.moveRef(ref, to.commit, head.commit);
    if (!moved) throw new Error(`${ref} was moved by another process during the run`);
    head = to;
  };

  const landNow = async (task: TaskId, work: Work): Promise<Landing> => {
    const merged = await mergeCommits(repository, head.commit, work.commit, landingMessage(run(), task));
    if (merged.kind === 'conflict') return merged;
    await advance(merged.revision);
    steps = [...steps, { task, ...work, head }];
    return { kind: 'landed', head };
  };

  const withdrawNow = async (task: TaskId): Promise<readonly TaskId[]> => {
    const first = steps.findIndex((step) => step.task === task);
    if (first < 0) return [];
    const folded = await foldAgain(
      { repository, run: run() },
      { kept: steps.slice(0, first), start },
      steps.slice(first),
    );
    await advance(folded.steps.at(-1)?.head ?? start);
    steps = folded.steps;
    return folded.left;
  };

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const acted = turn.then(act);
    turn = acted.catch(() => undefined);
    return acted;
  };

  return {
    get head() {
      return head;
    },
    get steps() {
      return steps;
    },
    land: (task, work) => inTurn(() => landNow(task, work)),
    withdraw: (task) => inTurn(() => withdrawNow(task)),
  };
};

interface Folding {
  readonly repository: Repository;
  readonly run: Run;
}

/**
 * The steps after `kept` once more, without the task of the first of them. Each is applied as the change it is, not
 * merged: the commit of a redo or a repair has the heads it was made on among its ancestors, and a merge would bring
 * back what is to leave.
 */
const foldAgain = async (
  { repository, run }: Folding,
  { kept, start }: { readonly kept: readonly Step[]; readonly start: Revision },
  after: readonly Step[],
): Promise<{ readonly steps: readonly Step[]; readonly left: readonly TaskId[] }> => {
  let steps = kept;
  const left = new Set(after.slice(0, 1).map(({ task }) => task));
  for (const step of after) {
    const { task, commit } = step;
    if (dependenciesOf(run, task).some((id) => left.has(id))) left.add(task);
    if (left.has(task)) continue;
    const onto = steps.at(-1)?.head.commit ?? start.commit;
    const picked = await pickChange(repository, step, { onto, message: landingMessage(run, task) });
    if (picked.kind === 'merged') steps = [...steps, { task, commit, start: step.start, head: picked.revision }];
    else if (!steps.some((other) => other.task === task)) left.add(task);
  }
  return { steps, left: [...left] };
};

const dependenciesOf = (run: Run, id: TaskId): readonly TaskId[] =>
  run.tasks.find((each) => each.task.id === id)?.task.dependsOn ?? [];

const landingMessage = (run: Run, id: TaskId): string => {
  const record = run.tasks.find((each) => each.task.id === id);
  return commitMessage({
    subject: `Land agent-${record?.agent ?? 0}: ${record?.task.title ?? id}`,
    trailers: { 'Aider-Run': run.runId, 'Aider-Task': id, 'Aider-Attempt': String(record?.attempts ?? 1) },
  });
};
