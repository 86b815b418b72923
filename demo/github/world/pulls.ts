import { branchHead, countCommits, isAncestor, listFiles, mergeBase, mergeTree } from '../git/facts.js';
import { git, tryGit } from '../git/git.js';
import { closeIssue, record } from './issues.js';
import type { Account, Issue, Pull, Repo } from './model.js';
import { bodyOf } from './model.js';
import type { World } from './world.js';

/** An issue that is known to be a pull request. */
export type PullIssue = Issue & { readonly pull: Pull };

export const isPull = (issue: Issue): issue is PullIssue => issue.pull !== null;

/** What GitHub computes of a pull request from its commits. */
export interface PullFacts {
  readonly mergeable: boolean | null;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly commits: number;
  /** Where the three-dot diff starts. */
  readonly mergeBase: string;
}

export const readPullFacts = async ({ gitDir }: Repo, { pull }: PullIssue): Promise<PullFacts> => {
  const start = (await mergeBase(gitDir, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const files = await listFiles(gitDir, start, pull.headSha);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    mergeable: pull.merged === null ? (await mergeTree(gitDir, pull.baseSha, pull.headSha)) !== undefined : null,
    additions: sum(files.map((file) => file.additions)),
    deletions: sum(files.map((file) => file.deletions)),
    changedFiles: files.length,
    commits: await countCommits(gitDir, `${start}..${pull.headSha}`),
    mergeBase: start,
  };
};

/** Keeps `refs/pull/<n>/head`, which outlives the branch. */
export const writePullRef = async (repo: Repo, issue: PullIssue): Promise<void> => {
  await git(repo.gitDir, ['update-ref', `refs/pull/${issue.number}/head`, issue.pull.headSha]);
};

const syncOne = async (world: World, repo: Repo, issue: PullIssue, by: Account): Promise<void> => {
  const { pull } = issue;
  const deed = { repo, issue, by };
  const head = await branchHead(repo.gitDir, pull.head);
  const base = await branchHead(repo.gitDir, pull.base);
  if (base !== undefined) pull.baseSha = base;
  if (head === undefined) {
    record(world, deed, { event: 'head_ref_deleted', commit: pull.headSha });
    closeIssue(world, deed);
    return;
  }
  const before = pull.headSha;
  if (head === before) return;
  pull.headSha = head;
  await writePullRef(repo, issue);
  issue.updatedAt = world.now();
  if (!(await isAncestor(repo.gitDir, before, head)))
    record(world, deed, { event: 'head_ref_force_pushed', commit: head });
};

/** Brings open pull requests in step with the branches, after anything that moves refs. */
export const syncPulls = async (world: World, repo: Repo, by: Account): Promise<void> => {
  repo.pushedAt = world.now();
  const open = repo.issues.filter(isPull).filter((issue) => issue.state === 'open');
  for (const issue of open) await syncOne(world, repo, issue, by);
  world.changed();
};

const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? #(\d+)/gi;

const closeLinked = (world: World, repo: Repo, issue: PullIssue, by: Account): void => {
  if (issue.pull.base !== repo.defaultBranch) return;
  for (const [, number] of bodyOf(issue).matchAll(closing)) {
    const linked = repo.issues[Number(number) - 1];
    if (linked !== undefined && !isPull(linked)) closeIssue(world, { repo, issue: linked, by });
  }
};

export interface MergeOrder {
  readonly by: Account;
  readonly squash: boolean;
  readonly title: string;
  readonly message: string;
}

/** Merges by plumbing; undefined when files conflict or the base branch moved meanwhile. */
export const mergePull = async (
  world: World,
  repo: Repo,
  issue: PullIssue,
  order: MergeOrder,
): Promise<string | undefined> => {
  const { pull } = issue;
  const { gitDir } = repo;
  const tree = await mergeTree(gitDir, pull.baseSha, pull.headSha);
  if (tree === undefined) return undefined;
  const parents = order.squash ? [pull.baseSha] : [pull.baseSha, pull.headSha];
  const text = `${order.title}\n\n${order.message}`.trimEnd();
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const commit = (await git(gitDir, args, text)).trim();
  const moved = await tryGit(gitDir, ['update-ref', `refs/heads/${pull.base}`, commit, pull.baseSha]);
  if (moved.exitCode !== 0) return undefined;
  pull.merged = { at: world.now(), by: order.by, commit };
  record(world, { repo, issue, by: order.by }, { event: 'merged', commit });
  closeIssue(world, { repo, issue, by: order.by });
  closeLinked(world, repo, issue, order.by);
  await syncPulls(world, repo, order.by);
  return commit;
};

/** Default title of a merge commit. */
export const mergeTitle = (repo: Repo, issue: PullIssue): string =>
  `Merge pull request #${issue.number} from ${repo.owner.login}/${issue.pull.head}`;
