import type { CommitFacts } from '../git/facts.js';
import type { Repo, WorkflowRun } from '../world/model.js';
import type { World } from '../world/world.js';
import { nodeId, simpleUser, time } from './account.js';
import { simpleCommit } from './commit.js';
import { minimalRepository, repoApi, repoPage } from './repository.js';

/** A workflow's number, made from its path: the embedded GitHub keeps no workflows of its own. */
export const workflowId = (path: string): number =>
  [...path].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_003, 7);

export const runShape = (world: World, repo: Repo, run: WorkflowRun, head: CommitFacts | null) => {
  const url = `${repoApi(world, repo)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id + 1,
    check_suite_node_id: nodeId('CheckSuite', run.id + 1),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.name,
    run_number: run.runNumber,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(run.path),
    url,
    html_url: `${repoPage(world, repo)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: time(run.createdAt),
    updated_at: time(run.updatedAt),
    run_started_at: time(run.createdAt),
    actor: simpleUser(world, run.actor),
    triggering_actor: simpleUser(world, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repoApi(world, repo)}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repoApi(world, repo)}/actions/workflows/${workflowId(run.path)}`,
    head_commit: head === null ? null : simpleCommit(head),
    repository: minimalRepository(world, repo),
    head_repository: minimalRepository(world, repo),
  };
};
