import {
  branchHead,
  listCommits,
  listFiles,
  listRefs,
  listTree,
  mergeBase,
  distance,
  readBlob,
  readCommit,
} from '../../git/facts.js';
import { resolveCommit } from '../../git/git.js';
import { publicUser, simpleUser } from '../../shapes/account.js';
import { commitShape, fileShape } from '../../shapes/commit.js';
import { describedRepository, repoApi, repoPage } from '../../shapes/repository.js';
import { roleOf } from '../../world/access.js';
import type { Repo, Role } from '../../world/model.js';
import type { World } from '../../world/world.js';
import { notFound, ok, Refusal } from '../answer.js';
import { metadata, operation, readContents, repoOf } from '../call.js';
import { listAnswer, paginate } from '../page.js';

/** The old `permission` field knows four values; `role_name` is the fine one. */
const legacy: Readonly<Record<Role, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

const getPermission = operation('repos/get-collaborator-permission-level', [metadata], (call) => {
  const { world, token, params } = call;
  const repo = repoOf(call);
  const account = world.account(params.username);
  // Apps are no users for this API, also `x[bot]` logins that do exist.
  if (account === undefined || account.type !== 'User') throw new Refusal(404, `${params.username} is not a user`);
  if (token?.kind === 'pat' && ['none', 'read', 'triage'].includes(roleOf(repo, token.actor)))
    throw new Refusal(403, 'Must have push access to view collaborator permission.');
  const role = roleOf(repo, account);
  const user = { ...simpleUser(world, account), role_name: role };
  return ok({ permission: legacy[role], role_name: role, user });
});

const commitOr404 = async (repo: Repo, revision: string): Promise<string> => {
  const sha = await resolveCommit(repo.gitDir, revision);
  if (sha === undefined) throw notFound();
  return sha;
};

const compare = operation('repos/compare-commits-with-basehead', [readContents], async (call) => {
  const { world, params } = call;
  const repo = repoOf(call);
  const [, from = '', to = ''] =
    /^(.+?)\.{2,3}(.+)$/.exec(params.basehead.replaceAll(`${repo.owner.login}:`, '')) ?? [];
  const [base, head] = [await commitOr404(repo, from), await commitOr404(repo, to)];
  const start = await mergeBase(repo.gitDir, base, head);
  if (start === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const { ahead, behind } = await distance(repo.gitDir, base, head);
  const commits = (await listCommits(repo.gitDir, `${base}..${head}`)).map((each) => commitShape(world, repo, each));
  const files = await listFiles(repo.gitDir, start, head);
  const page = `${repoPage(world, repo)}/compare/${params.basehead}`;
  const direction = behind > 0 ? 'diverged' : 'ahead';
  const without = behind > 0 ? 'behind' : 'identical';
  const { page: shown, link } = paginate({ url: call.url, query: { per_page: 100, ...call.query } }, commits);
  return {
    ...(link === '' ? {} : { headers: { link } }),
    ...ok({
      url: `${repoApi(world, repo)}/compare/${params.basehead}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commitShape(world, repo, await readCommit(repo.gitDir, base)),
      merge_base_commit: commitShape(world, repo, await readCommit(repo.gitDir, start)),
      status: ahead > 0 ? direction : without,
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: shown,
      files: files.map((file) => fileShape(world, repo, head, file)),
    }),
  };
});

/** git's own name of the tree without files. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const getCommit = operation('repos/get-commit', [readContents], async (call) => {
  const { world, params } = call;
  const repo = repoOf(call);
  const sha = await resolveCommit(repo.gitDir, params.ref);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${params.ref}`);
  const commit = await readCommit(repo.gitDir, sha);
  const files = await listFiles(repo.gitDir, commit.parents[0] ?? emptyTree, sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...commitShape(world, repo, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => fileShape(world, repo, sha, file)),
  });
});

const contentLinks = (world: World, repo: Repo, at: { path: string; ref: string }, sha: string) => {
  const url = `${repoApi(world, repo)}/contents/${encodeURI(at.path)}?ref=${encodeURIComponent(at.ref)}`;
  const html = `${repoPage(world, repo)}/blob/${at.ref}/${encodeURI(at.path)}`;
  const gitUrl = `${repoApi(world, repo)}/git/blobs/${sha}`;
  const _links = { self: url, git: gitUrl, html };
  return { url, html_url: html, git_url: gitUrl, download_url: html.replace('/blob/', '/raw/'), _links };
};

const getContent = operation('repos/get-content', [readContents], async (call) => {
  const { world, params, query } = call;
  const repo = repoOf(call);
  const ref = query.ref ?? repo.defaultBranch;
  const sha = await commitOr404(repo, ref);
  const path = params.path.replace(/^\/+|\/+$/g, '');
  const blob = await readBlob(repo.gitDir, sha, path);
  const entry = (name: string, full: string, entrySha: string, size: number) => ({
    name,
    path: full,
    sha: entrySha,
    size,
    ...contentLinks(world, repo, { path: full, ref }, entrySha),
  });
  if (blob !== undefined) {
    const size = Buffer.byteLength(blob.text);
    const content = Buffer.from(blob.text).toString('base64');
    return ok({
      type: 'file',
      encoding: 'base64',
      content,
      ...entry(path.split('/').at(-1) ?? '', path, blob.sha, size),
    });
  }
  const tree = await listTree(repo.gitDir, sha, path);
  if (tree === undefined) throw notFound();
  const full = (name: string): string => (path === '' ? name : `${path}/${name}`);
  return ok(
    tree.map((each) => ({
      type: each.type === 'tree' ? 'dir' : each.type === 'commit' ? 'submodule' : 'file',
      ...entry(each.path, full(each.path), each.sha, each.size),
    })),
  );
});

const listBranches = operation('repos/list-branches', [readContents], async (call) => {
  const { world } = call;
  const repo = repoOf(call);
  const refs = await listRefs(repo.gitDir, 'refs/heads/');
  return await listAnswer(call, refs, ({ ref, sha }) => ({
    name: ref.slice('refs/heads/'.length),
    commit: { sha, url: `${repoApi(world, repo)}/commits/${sha}` },
    protected: false,
  }));
});

const getBranch = operation('repos/get-branch', [readContents], async (call) => {
  const { world, params } = call;
  const repo = repoOf(call);
  const sha = await branchHead(repo.gitDir, params.branch);
  if (sha === undefined) throw new Refusal(404, 'Branch not found');
  const url = `${repoApi(world, repo)}/branches/${params.branch}`;
  return ok({
    name: params.branch,
    commit: commitShape(world, repo, await readCommit(repo.gitDir, sha)),
    _links: { html: `${repoPage(world, repo)}/tree/${params.branch}`, self: url },
    protected: false,
    protection: { enabled: false },
    protection_url: `${url}/protection`,
  });
});

const getAuthenticated = operation('users/get-authenticated', [], ({ world, token }) => {
  if (token === undefined) throw new Refusal(401, 'Requires authentication');
  if (token.kind !== 'pat') throw new Refusal(403, 'Resource not accessible by integration');
  return ok(publicUser(world, token.actor));
});

const getUser = operation('users/get-by-username', [], ({ world, params }) => {
  const account = world.account(params.username);
  if (account === undefined) throw notFound();
  return ok(publicUser(world, account));
});

export const repoOperations = [
  operation('repos/get', [metadata], (call) => ok(describedRepository(call.world, repoOf(call), call.token))),
  getPermission,
  compare,
  getCommit,
  getContent,
  listBranches,
  getBranch,
  getAuthenticated,
  getUser,
];
