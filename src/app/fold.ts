import type { TaskId } from '../core/plan/plan.js';
import type { Run } from '../core/run/run.js';
import type { Merge, Repository } from '../ports/repository.js';
import { lostFiles } from '../core/conflicts/lost-files.js';
import type { Revision } from './validation/checker.js';
import { commitMessage } from './commit-message.js';

/**
 * What a fresh attempt starts from: base with exactly what the task depends on. Undefined when those cannot be
 * folded without a conflict; then the integration head, in which they have all landed, is the place to start.
 */
export const foldDependencies = async (
  repository: Repository,
  run: Run,
  dependsOn: readonly TaskId[],
): Promise<string | undefined> => {
  const commits = dependsOn.flatMap((id) => landedCommit(run, id) ?? []);
  const [first, ...rest] = commits;
  if (first === undefined) return undefined;
  let folded = first;
  for (const commit of rest) {
    const merged = await mergeCommits(repository, folded, commit, foldMessage(run));
    if (merged.kind === 'conflict') return undefined;
    folded = merged.revision.commit;
  }
  return folded;
};

const landedCommit = (run: Run, id: TaskId): string | undefined => {
  const state = run.tasks.find((each) => each.task.id === id)?.state;
  return state?.kind === 'landed' ? state.commit : undefined;
};

const foldMessage = (run: Run): string =>
  commitMessage({ subject: 'Fold what a task depends on', trailers: { 'Aider-Run': run.runId } });

export type MergedCommits =
  | { readonly kind: 'merged'; readonly revision: Revision }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** A merge commit of two commits, or the files git could not merge. Nothing is checked out. */
export const mergeCommits = async (
  repository: Repository,
  ours: string,
  theirs: string,
  message: string,
): Promise<MergedCommits> => {
  const merge = await mergeSoundly(repository, ours, theirs);
  if (merge.kind === 'conflict') return merge;
  const commit = await repository.commit({ tree: merge.tree, parents: [ours, theirs], message });
  return { kind: 'merged', revision: { commit, tree: merge.tree } };
};

/** A merge in which a file vanished that neither side deleted is a conflict in that file, whatever git says of it. */
const mergeSoundly = async (repository: Repository, ours: string, theirs: string): Promise<Merge> => {
  const merge = await repository.merge(ours, theirs);
  if (merge.kind === 'conflict') return merge;
  const [fromOurs, fromTheirs] = await Promise.all([
    repository.gone(ours, merge.tree),
    repository.gone(theirs, merge.tree),
  ]);
  if (fromOurs.length === 0 && fromTheirs.length === 0) return merge;
  const base = await repository.mergeBase(ours, theirs);
  const [byUs, byThem] = await Promise.all([repository.gone(base, ours), repository.gone(base, theirs)]);
  const files = lostFiles({ ours: fromOurs, theirs: fromTheirs, byUs, byThem });
  return files.length === 0 ? merge : { kind: 'conflict', files };
};

/** A commit on `onto` that makes the change from `start` to `commit` there, whatever else their histories hold. */
export const pickChange = async (
  repository: Repository,
  { start, commit }: { readonly start: string; readonly commit: string },
  { onto, message }: { readonly onto: string; readonly message: string },
): Promise<MergedCommits> => {
  // Three commits without a past, so that git takes `start` for the common ancestor.
  const bare = async (of: string, parents: readonly string[]): Promise<string> =>
    repository.commit({ tree: await repository.composeTree(of, of, []), parents, message });
  const ancestor = await bare(start, []);
  const merge = await mergeSoundly(repository, await bare(onto, [ancestor]), await bare(commit, [ancestor]));
  if (merge.kind === 'conflict') return merge;
  const picked = await repository.commit({ tree: merge.tree, parents: [onto], message });
  return { kind: 'merged', revision: { commit: picked, tree: merge.tree } };
};
