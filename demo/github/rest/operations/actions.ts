import { branchHead, readBlob, readCommit } from '../../git/facts.js';
import { resolveCommit } from '../../git/git.js';
import { repoApi, repoPage } from '../../shapes/repository.js';
import { runShape, workflowId } from '../../shapes/workflow-run.js';
import type { Repo, WorkflowRun } from '../../world/model.js';
import { addRun, setRun } from '../../world/runs.js';
import type { World } from '../../world/world.js';
import { noContent, notFound, ok, Refusal, type Answer } from '../answer.js';
import { actorOf, operation, readActions, repoOf, writeActions } from '../call.js';
import { paginate } from '../page.js';

const shape = async (world: World, repo: Repo, run: WorkflowRun) => {
  const sha = await resolveCommit(repo.gitDir, run.headSha);
  return runShape(world, repo, run, sha === undefined ? null : await readCommit(repo.gitDir, sha));
};

const findRun = (repo: Repo, id: number | bigint): WorkflowRun => {
  const run = repo.runs.find((each) => each.id === Number(id));
  if (run === undefined) throw notFound();
  return run;
};

interface Filter {
  readonly status?: string | undefined;
  readonly event?: string | undefined;
  readonly branch?: string | undefined;
  readonly actor?: string | undefined;
}

const matches =
  (filter: Filter) =>
  (run: WorkflowRun): boolean =>
    (filter.status === undefined || filter.status === run.status || filter.status === run.conclusion) &&
    (filter.event === undefined || filter.event === run.event) &&
    (filter.branch === undefined || filter.branch === run.headBranch) &&
    (filter.actor === undefined || filter.actor.toLowerCase() === run.actor.login.toLowerCase());

interface Listing {
  readonly world: World;
  readonly url: URL;
  readonly query: Filter & { readonly per_page?: unknown; readonly page?: unknown };
}

const listRuns = async (call: Listing, repo: Repo, runs: readonly WorkflowRun[]): Promise<Answer> => {
  const found = runs.filter(matches(call.query)).toReversed();
  const { page, link } = paginate(call, found);
  const shown = await Promise.all(page.map((run) => shape(call.world, repo, run)));
  return { ...ok({ total_count: found.length, workflow_runs: shown }), ...(link === '' ? {} : { headers: { link } }) };
};

/** A workflow is named by its file or its number. */
const isWorkflow = (path: string, wanted: string | number): boolean =>
  path === `.github/workflows/${wanted}` || String(workflowId(path)) === String(wanted);

const dispatch = operation('actions/create-workflow-dispatch', [writeActions], async (call) => {
  const { world, params, body } = call;
  const repo = repoOf(call);
  const branch = body.ref.replace(/^refs\/heads\//, '');
  const headSha = await branchHead(repo.gitDir, branch);
  if (headSha === undefined) throw new Refusal(422, `No ref found for: ${body.ref}`);
  const path = `.github/workflows/${params.workflow_id}`;
  if ((await readBlob(repo.gitDir, headSha, path)) === undefined) throw notFound();
  const draft = {
    path,
    event: 'workflow_dispatch',
    headBranch: branch,
    headSha,
    actor: actorOf(call),
    status: 'queued' as const,
  };
  const run = addRun(world, repo, { ...draft, inputs: body.inputs ?? {} });
  if (body.return_run_details !== true) return noContent;
  const tail = `actions/runs/${run.id}`;
  return ok({
    workflow_run_id: run.id,
    run_url: `${repoApi(world, repo)}/${tail}`,
    html_url: `${repoPage(world, repo)}/${tail}`,
  });
});

const cancel = operation('actions/cancel-workflow-run', [writeActions], (call) => {
  const run = findRun(repoOf(call), call.params.run_id);
  if (run.status === 'completed') throw new Refusal(409, 'Cannot cancel a workflow run that is completed.');
  setRun(call.world, run, { status: 'completed', conclusion: 'cancelled' });
  return { status: 202, body: {} };
});

export const actionOperations = [
  operation('actions/get-workflow-run', [readActions], async (call) => {
    const repo = repoOf(call);
    return ok(await shape(call.world, repo, findRun(repo, call.params.run_id)));
  }),
  operation('actions/list-workflow-runs-for-repo', [readActions], async (call) => {
    const repo = repoOf(call);
    return await listRuns(call, repo, repo.runs);
  }),
  operation('actions/list-workflow-runs', [readActions], async (call) => {
    const repo = repoOf(call);
    return await listRuns(
      call,
      repo,
      repo.runs.filter((run) => isWorkflow(run.path, call.params.workflow_id)),
    );
  }),
  dispatch,
  cancel,
];
