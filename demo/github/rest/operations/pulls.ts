import { branchHead, countCommits, listCommits, listFiles } from '../../git/facts.js';
import { commitShape, fileShape } from '../../shapes/commit.js';
import { fullPull, simplePull } from '../../shapes/pull.js';
import { closeIssue, editIssue, openIssue, reopenIssue } from '../../world/issues.js';
import type { Repo, Token } from '../../world/model.js';
import { isPull, mergePull, mergeTitle, type PullIssue, readPullFacts, writePullRef } from '../../world/pulls.js';
import type { World } from '../../world/world.js';
import { created, invalid, maxBodyLength, ok, Refusal, type Answer } from '../answer.js';
import { actorOf, operation, pullOf, readPulls, repoOf, writeContents, writePulls } from '../call.js';
import { listAnswer } from '../page.js';

const resource = 'PullRequest';

const whole = async (world: World, repo: Repo, issue: PullIssue) =>
  fullPull(world, repo, issue, await readPullFacts(repo, issue));

/** `owner:branch` or `branch`; a head of another owner is a fork, which is not served. */
const headBranch = (repo: Repo, head: string): string | undefined => {
  const [branch, owner] = head.split(':').reverse();
  return owner === undefined || owner.toLowerCase() === repo.owner.login.toLowerCase() ? branch : undefined;
};

const checkBody = (body: string | undefined): void => {
  if ((body ?? '').length > maxBodyLength)
    throw invalid({
      resource,
      code: 'custom',
      field: 'body',
      message: `body is too long (maximum is ${maxBodyLength} characters)`,
    });
};

const mayActionsOpen = (repo: Repo, token: Token | undefined): void => {
  if (token?.kind === 'actions' && !repo.actionsMayOpenPullRequests)
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.');
};

interface Sides {
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly baseSha: string;
}

const readSides = async (repo: Repo, headName: string, base: string): Promise<Sides> => {
  const head = headBranch(repo, headName);
  const headSha = head === undefined ? undefined : await branchHead(repo.gitDir, head);
  const baseSha = await branchHead(repo.gitDir, base);
  const errors = [
    ...(headSha === undefined ? [{ resource, field: 'head', code: 'invalid' }] : []),
    ...(baseSha === undefined ? [{ resource, field: 'base', code: 'invalid' }] : []),
  ];
  if (head === undefined || headSha === undefined || baseSha === undefined) throw invalid(...errors);
  return { head, base, headSha, baseSha };
};

const checkNew = async (repo: Repo, { head, base, headSha, baseSha }: Sides): Promise<void> => {
  const twin = repo.issues
    .filter(isPull)
    .find(({ state, pull }) => state === 'open' && pull.head === head && pull.base === base);
  if (twin !== undefined)
    throw invalid({
      resource,
      code: 'custom',
      message: `A pull request already exists for ${repo.owner.login}:${head}.`,
    });
  if ((await countCommits(repo.gitDir, `${baseSha}..${headSha}`)) === 0)
    throw invalid({ resource, code: 'custom', message: `No commits between ${base} and ${head}` });
};

const createPull = operation('pulls/create', [writePulls], async (call) => {
  const { world, token, body } = call;
  const repo = repoOf(call);
  mayActionsOpen(repo, token);
  if (body.title === undefined || body.title === '') throw invalid({ resource, code: 'missing_field', field: 'title' });
  checkBody(body.body);
  const sides = await readSides(repo, body.head, body.base);
  await checkNew(repo, sides);
  const pull = { ...sides, draft: body.draft ?? false, merged: null };
  const issue = openIssue(world, repo, { title: body.title, body: body.body ?? '', author: actorOf(call), pull });
  if (!isPull(issue)) throw new Error('a pull request was opened as an issue');
  await writePullRef(repo, issue);
  return created(await whole(world, repo, issue));
});

const sortKey = (sort: string | undefined) => (issue: PullIssue) =>
  (sort === 'updated' ? issue.updatedAt : issue.createdAt) * 1e3 + issue.number;

const listPulls = operation('pulls/list', [readPulls], async (call) => {
  const { world, query } = call;
  const repo = repoOf(call);
  const key = sortKey(query.sort);
  const sign =
    (query.direction ?? (query.sort === undefined || query.sort === 'created' ? 'desc' : 'asc')) === 'asc' ? 1 : -1;
  const wanted = query.head?.includes(':') === true ? headBranch(repo, query.head) : undefined;
  const found = repo.issues
    .filter(isPull)
    .filter((issue) => query.state === 'all' || issue.state === (query.state ?? 'open'))
    // GitHub ignores a `head` filter without `owner:`.
    .filter((issue) => query.head?.includes(':') !== true || issue.pull.head === wanted)
    .filter((issue) => query.base === undefined || issue.pull.base === query.base)
    .toSorted((a, b) => sign * (key(a) - key(b)));
  return await listAnswer(call, found, (issue) => simplePull(world, repo, issue));
});

const updatePull = operation('pulls/update', [writePulls], async (call) => {
  const { world, body } = call;
  const { repo, issue } = pullOf(call, call.params.pull_number);
  const deed = { repo, issue, by: actorOf(call) };
  checkBody(body?.body);
  editIssue(world, deed, {
    ...(body?.title === undefined ? {} : { title: body.title }),
    ...(body?.body === undefined ? {} : { body: body.body }),
  });
  if (body?.base !== undefined) {
    const { base, baseSha } = await readSides(repo, issue.pull.head, body.base);
    Object.assign(issue.pull, { base, baseSha });
  }
  if (body?.state === 'closed') closeIssue(world, deed);
  if (body?.state === 'open') reopenIssue(world, deed);
  return ok(await whole(world, repo, issue));
});

const mayMerge = async (repo: Repo, issue: PullIssue, sha: string | undefined): Promise<void> => {
  if (issue.pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (issue.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (sha !== undefined && sha !== issue.pull.headSha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if ((await readPullFacts(repo, issue)).mergeable !== true) throw new Refusal(405, 'Pull Request is not mergeable');
};

const merge = operation('pulls/merge', [writeContents], async (call): Promise<Answer> => {
  const { world, body } = call;
  const { repo, issue } = pullOf(call, call.params.pull_number);
  if (body?.merge_method === 'rebase') throw new Refusal(405, 'Rebase merges are not allowed on this repository.');
  await mayMerge(repo, issue, body?.sha);
  const squash = body?.merge_method === 'squash';
  const title = body?.commit_title ?? (squash ? `${issue.title} (#${issue.number})` : mergeTitle(repo, issue));
  const order = { by: actorOf(call), squash, title, message: body?.commit_message ?? issue.title };
  const sha = await mergePull(world, repo, issue, order);
  if (sha === undefined) throw new Refusal(409, 'Base branch was modified. Review and try the merge again.');
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
});

const listPullFiles = operation('pulls/list-files', [readPulls], async (call) => {
  const { repo, issue } = pullOf(call, call.params.pull_number);
  const { mergeBase } = await readPullFacts(repo, issue);
  const files = await listFiles(repo.gitDir, mergeBase, issue.pull.headSha);
  return await listAnswer(call, files, (file) => fileShape(call.world, repo, issue.pull.headSha, file));
});

const listPullCommits = operation('pulls/list-commits', [readPulls], async (call) => {
  const { repo, issue } = pullOf(call, call.params.pull_number);
  const { mergeBase } = await readPullFacts(repo, issue);
  const commits = await listCommits(repo.gitDir, `${mergeBase}..${issue.pull.headSha}`);
  return await listAnswer(call, commits, (commit) => commitShape(call.world, repo, commit));
});

export const pullOperations = [
  operation('pulls/get', [readPulls], async (call) => {
    const { repo, issue } = pullOf(call, call.params.pull_number);
    return ok(await whole(call.world, repo, issue));
  }),
  createPull,
  listPulls,
  updatePull,
  merge,
  listPullFiles,
  listPullCommits,
];
