import type { Failure } from '../core/failure.js';
import { hasWork } from '../core/run/conclude.js';
import type { BranchCommit } from '../ports/repository.js';
import { usualBranch } from './choose-branch.js';
import { refusedInPush } from './guard-push.js';
import { attempt } from './side-channel.js';
import type { Tools } from './tools.js';

/** What keeping work needs; a run that broke before it had its tools has these. */
export type Keeping = Pick<Tools, 'recorder' | 'repository' | 'artifacts' | 'settings'>;

/** The bundle of a run, below `.aider_logs/`. */
const bundleFile = (runId: string): string => `work-${runId}.bundle`;

/**
 * What landed and was not delivered, and agents' branches that could not be pushed, go into a git bundle among the
 * artifacts: the store they lie in is removed. What the patch policy refuses goes nowhere; where it refuses the whole,
 * each task's own work is kept. Failing to keep it is a warning.
 */
export const keepWork = async (
  keeping: Keeping,
  { isDelivered, unpushed }: { readonly isDelivered: boolean; readonly unpushed: readonly BranchCommit[] },
): Promise<void> => {
  const { recorder, repository, artifacts } = keeping;
  await attempt(recorder, 'Keeping the work as a bundle', async () => {
    const landed = isDelivered ? [] : await undelivered(keeping);
    const branches = [...landed, ...(await allowed(keeping, unpushed))];
    if (branches.length === 0) return;
    const name = bundleFile(recorder.run.runId);
    await artifacts.write(name, await repository.bundle(branches));
    recorder.record({ type: 'work-kept', file: `.aider_logs/${name}`, branches });
  });
};

/** The failure of a delivery, with where the work is. */
export const withKept = (failure: Failure, { recorder }: Pick<Tools, 'recorder'>): Failure => {
  const { kept } = recorder.run;
  const [first] = kept?.branches ?? [];
  if (kept === undefined || first === undefined) return failure;
  const { message, action } = failure;
  return {
    ...failure,
    message: `${message} Nothing is lost: the work is in ${kept.file}, as ${kept.branches.map(({ name }) => name).join(', ')}.`,
    action: `${action} Or take the work from there: \`git fetch ${kept.file} ${first.name}:${first.name}\`.`,
  };
};

const undelivered = async (keeping: Keeping): Promise<readonly BranchCommit[]> => {
  const { run } = keeping.recorder;
  const head = run.steps.at(-1)?.head;
  if (head === undefined || !hasWork(run)) return [];
  const whole = await allowed(keeping, [{ name: usualBranch(run.request, run.runId), commit: head }]);
  if (whole.length > 0) return whole;
  const own = run.tasks.flatMap(({ agent, state }) =>
    state.kind === 'landed' ? [{ name: `agent-${agent}`, commit: state.commit }] : [],
  );
  return allowed(keeping, own);
};

const allowed = async (keeping: Keeping, branches: readonly BranchCommit[]): Promise<BranchCommit[]> => {
  const refused = await Promise.all(branches.map(({ commit }) => refusedInPush(keeping, commit)));
  return branches.filter((_, index) => refused[index]?.length === 0);
};
