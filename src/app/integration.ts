import type { Run } from '../core/run/run.js';
import type { TaskId } from '../core/plan/plan.js';
import type { Repository } from '../ports/repository.js';
import type { Revision } from './checker.js';
import { commitMessage } from './commit-message.js';
import { mergeCommits } from './fold.js';

export type Landing =
  | { readonly kind: 'landed'; readonly head: Revision }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** One step of the integration branch: the head after a task's work, or a repair of it, was merged. */
export interface Step {
  readonly task: TaskId;
  readonly commit: string;
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
  land(task: TaskId, commit: string): Promise<Landing>;
  /** Folds the branch again from its start, without `without`. Repairs are left out: they were made on top of it. */
  refold(without: ReadonlySet<TaskId>, landed: readonly { task: TaskId; commit: string }[]): Promise<readonly TaskId[]>;
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

  const landNow = async (task: TaskId, commit: string): Promise<Landing> => {
    const merged = await mergeCommits(repository, head.commit, commit, landingMessage(run(), task));
    if (merged.kind === 'conflict') return merged;
    await advance(merged.revision);
    steps = [...steps, { task, commit, head }];
    return { kind: 'landed', head };
  };

  const land = (task: TaskId, commit: string): Promise<Landing> => {
    const landing = turn.then(() => landNow(task, commit));
    turn = landing.catch(() => undefined);
    return landing;
  };

  return {
    get head() {
      return head;
    },
    get steps() {
      return steps;
    },
    land,
    refold: async (without, landed) => {
      await advance(start);
      steps = [];
      const lost: TaskId[] = [];
      for (const { task, commit } of landed) {
        if (without.has(task)) continue;
        const landing = await land(task, commit);
        if (landing.kind === 'conflict') lost.push(task);
      }
      return lost;
    },
  };
};

const landingMessage = (run: Run, id: TaskId): string => {
  const record = run.tasks.find((each) => each.task.id === id);
  return commitMessage({
    subject: `Land agent-${record?.agent ?? 0}: ${record?.task.title ?? id}`,
    trailers: { 'Aider-Run': run.runId, 'Aider-Task': id, 'Aider-Attempt': String(record?.attempts ?? 1) },
  });
};
