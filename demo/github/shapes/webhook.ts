import type { Account, Comment, Issue, Label, Repo } from '../world/model.js';
import type { World } from '../world/world.js';
import { simpleUser } from './account.js';
import { commentShape, issueShape, labelShape } from './issue.js';
import { fullRepository } from './repository.js';

/** A webhook payload as a runner writes it to `GITHUB_EVENT_PATH`. */
export type WebhookPayload = Readonly<Record<string, unknown>>;

const common = (world: World, repo: Repo, sender: Account) => ({
  repository: fullRepository(world, repo),
  sender: simpleUser(world, sender),
});

/** `issues` with action `labeled`. */
export const labeledPayload = (
  world: World,
  { repo, issue, by }: { repo: Repo; issue: Issue; by: Account },
  label: Label,
): WebhookPayload => ({
  action: 'labeled',
  issue: issueShape(world, repo, issue),
  label: labelShape(world, repo, label),
  ...common(world, repo, by),
});

/** `issue_comment` with action `created`; on a pull request `issue.pull_request` is there. */
export const commentPayload = (
  world: World,
  { repo, issue, by }: { repo: Repo; issue: Issue; by: Account },
  comment: Comment,
): WebhookPayload => ({
  action: 'created',
  issue: issueShape(world, repo, issue),
  comment: commentShape(world, repo, issue, comment),
  ...common(world, repo, by),
});

/** `workflow_dispatch`: inputs are strings. */
export const dispatchPayload = (
  world: World,
  { repo, by }: { repo: Repo; by: Account },
  inputs: Readonly<Record<string, string>>,
): WebhookPayload => ({
  inputs,
  ref: `refs/heads/${repo.defaultBranch}`,
  workflow: '.github/workflows/aider.yml',
  ...common(world, repo, by),
});

/** `schedule` has only the cron line that fired. */
export const schedulePayload = (cron: string): WebhookPayload => ({ schedule: cron });
