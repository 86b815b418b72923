import type { CommitFacts, FileFacts, Ref } from '../git/facts.js';
import type { Repo } from '../world/model.js';
import type { World } from '../world/world.js';
import { repoApi, repoPage } from './repository.js';
import { simpleUser } from './account.js';

const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** Noreply addresses name their account: `<id>+<login>@users.noreply...`. */
const accountOf = (world: World, email: string) => {
  const login = /^\d+\+(.+)@users\.noreply\./.exec(email)?.[1];
  const account = login === undefined ? undefined : world.account(login);
  return account === undefined ? null : simpleUser(world, account);
};

export const commitShape = (world: World, repo: Repo, commit: CommitFacts) => {
  const url = `${repoApi(world, repo)}/commits/${commit.sha}`;
  const gitUrl = `${repoApi(world, repo)}/git`;
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${gitUrl}/trees/${commit.tree}` },
      url: `${gitUrl}/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${repoPage(world, repo)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: accountOf(world, commit.author.email),
    committer: accountOf(world, commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoApi(world, repo)}/commits/${sha}`,
      html_url: `${repoPage(world, repo)}/commit/${sha}`,
    })),
  };
};

/** The short form inside workflow runs. */
export const simpleCommit = (commit: CommitFacts) => ({
  id: commit.sha,
  tree_id: commit.tree,
  message: commit.message,
  timestamp: commit.committer.date,
  author: { name: commit.author.name, email: commit.author.email },
  committer: { name: commit.committer.name, email: commit.committer.email },
});

export const fileShape = (world: World, repo: Repo, at: string, file: FileFacts) => ({
  sha: /^0+$/.test(file.sha) ? null : file.sha,
  filename: file.filename,
  status: file.status,
  additions: file.additions,
  deletions: file.deletions,
  changes: file.additions + file.deletions,
  blob_url: `${repoPage(world, repo)}/blob/${at}/${encodeURI(file.filename)}`,
  raw_url: `${repoPage(world, repo)}/raw/${at}/${encodeURI(file.filename)}`,
  contents_url: `${repoApi(world, repo)}/contents/${encodeURI(file.filename)}?ref=${at}`,
  ...(file.patch === undefined ? {} : { patch: file.patch }),
  ...(file.previous === undefined ? {} : { previous_filename: file.previous }),
});

export const refShape = (world: World, repo: Repo, { ref, sha, type }: Ref) => ({
  ref,
  node_id: Buffer.from(`Ref:${ref}`).toString('base64url'),
  url: `${repoApi(world, repo)}/git/${ref}`,
  object: { sha, type, url: `${repoApi(world, repo)}/git/${type}s/${sha}` },
});
