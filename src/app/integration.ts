import type { Run } from '../core/run/run.js';
import type { TaskId } from '../core/plan/plan.js';
import type { Repository } from '../ports/repository.js';
import type { Revision } from './validation/checker.js';
import { mergeCommits } from './fold.js';
import { foldByTask, foldWithout } from './validation/refold.js';
import { landingMessage, type Step, type Work } from './step.js';

export type Landing =
  | { readonly kind: 'landed'; readonly head: Revision }
  /** `head` is the one it does not merge with. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly head: string };

/**
 * The branch where tasks land. It is never checked out: a landing is a merge of trees, a commit, and a ref moved by
 * compare and swap. Landings follow each other; the ref is only ever moved by this object.
 */
export interface Integration {
  readonly head: Revision;
  /** Where it began. */
  readonly start: Revision;
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
  /** What had landed before, in a run that is resumed. */
  readonly steps?: readonly Step[];
  /** Told before the branch moves, so that nobody has to guess after a kill. */
  readonly onMoving?: (move: Moving) => void;
}

/** The branch goes from one head to another: `kept` of its steps stay, the others follow. */
export interface Moving {
  readonly from: string;
  readonly to: string;
  readonly kept: number;
  readonly added: readonly Step[];
}

/** Creates the integration ref at `start`, or where it had come to. */
export const createIntegration = async (options: IntegrationOptions): Promise<Integration> => {
  const { repository, ref, start, run, onMoving = () => undefined } = options;
  let steps = options.steps ?? [];
  let head = steps.at(-1)?.head ?? start;
  let turn: Promise<unknown> = Promise.resolve();
  await repository.setRef(ref, head.commit);

  const advance = async (next: readonly Step[]): Promise<void> => {
    const to = next.at(-1)?.head ?? start;
    const kept = commonSteps(steps, next);
    onMoving({ from: head.commit, to: to.commit, kept, added: next.slice(kept) });
    const moved = await repository.moveRef(ref, to.commit, head.commit);
    if (!moved) throw new Error(`${ref} was moved by another process during the run`);
    head = to;
    steps = next;
  };

  const landNow = async (task: TaskId, work: Work): Promise<Landing> => {
    const merged = await mergeCommits(repository, head.commit, work.commit, landingMessage(run(), task));
    if (merged.kind === 'conflict') return { ...merged, head: head.commit };
    await advance([...steps, { task, ...work, head: merged.revision }]);
    return { kind: 'landed', head };
  };

  const withdrawNow = async (task: TaskId): Promise<readonly TaskId[]> => {
    const folded = await foldWithout({ repository, run: run(), start }, steps, task);
    if (folded.left.length > 0) await advance(folded.steps);
    return folded.left;
  };

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const acted = turn.then(act);
    turn = acted.catch(() => undefined);
    return acted;
  };

  return {
    start,
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

const commonSteps = (a: readonly Step[], b: readonly Step[]): number => {
  const differs = a.findIndex((step, index) => step.head.commit !== b[index]?.head.commit);
  return differs < 0 ? a.length : differs;
};
