import type { Account, Repo, WorkflowRun } from './model.js';
import type { World } from './world.js';

export interface RunDraft {
  /** Left out: the next free id. */
  readonly id?: number;
  readonly name?: string;
  readonly path?: string;
  readonly event?: string;
  readonly headBranch?: string;
  readonly headSha: string;
  readonly actor: Account;
  readonly status?: WorkflowRun['status'];
  readonly conclusion?: WorkflowRun['conclusion'];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** Puts a workflow run into the store. Nothing runs: tests and the demo say what became of it. */
export const addRun = (world: World, repo: Repo, draft: RunDraft): WorkflowRun => {
  const at = world.now();
  const run: WorkflowRun = {
    id: world.nextId(),
    runNumber: repo.runs.length + 1,
    name: 'aider-orchestrator',
    path: '.github/workflows/aider.yml',
    event: 'issues',
    headBranch: repo.defaultBranch,
    createdAt: at,
    updatedAt: at,
    status: 'in_progress',
    conclusion: null,
    inputs: {},
    ...draft,
  };
  repo.runs.push(run);
  world.changed();
  return run;
};

/** Moves a run on, e.g. to `completed` with its conclusion. */
export const setRun = (world: World, run: WorkflowRun, to: Pick<WorkflowRun, 'status' | 'conclusion'>): void => {
  Object.assign(run, to, { updatedAt: world.now() });
  world.changed();
};
