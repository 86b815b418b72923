import type { Run } from '../core/run/run.js';
import type { TaskId } from '../core/plan/plan.js';
import type { Repository } from '../ports/repository.js';
import type { Revision } from './validation/checker.js';
import { mergeCommits } from './fold.js';
import { foldByTask, foldWithout } from './validation/refold.js';
import { landingMessage, type Step, type Work } from './step.js';

export type Landing =
  | { readonly kind: 'landed'; readonly head: Revision }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

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
  /** One step a task, each with its repairs, for a search; with `more` as the last repair. Moves nothing. */
  byTask(more?: Step): Promise<readonly Step[]>;
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
    const folded = await foldWithout({ repository, run: run(), start }, steps, task);
    if (folded.left.length > 0) await advance(folded.steps.at(-1)?.head ?? start);
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
    byTask: (more) => foldByTask({ repository, run: run(), start }, more === undefined ? steps : [...steps, more]),
  };
};
