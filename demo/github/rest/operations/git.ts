import { isAncestor, listRefs, type Ref } from '../../git/facts.js';
import { resolveCommit, tryGit } from '../../git/git.js';
import { refShape } from '../../shapes/commit.js';
import type { Repo } from '../../world/model.js';
import { syncPulls } from '../../world/pulls.js';
import { created, noContent, notFound, ok, Refusal } from '../answer.js';
import { actorOf, operation, readContents, repoOf, writeContents } from '../call.js';

const zero = '0'.repeat(40);

const fullName = (ref: string): string => (ref.startsWith('refs/') ? ref : `refs/${ref}`);

const findRef = async (repo: Repo, ref: string): Promise<Ref | undefined> =>
  (await listRefs(repo.gitDir)).find((each) => each.ref === fullName(ref));

const mustExist = async (repo: Repo, ref: string): Promise<Ref> => {
  const found = await findRef(repo, ref);
  if (found === undefined) throw new Refusal(422, 'Reference does not exist');
  return found;
};

const mustBeObject = async (repo: Repo, sha: string): Promise<void> => {
  if ((await tryGit(repo.gitDir, ['cat-file', '-e', sha])).exitCode !== 0)
    throw new Refusal(422, 'Object does not exist');
};

const createRef = operation('git/create-ref', [writeContents], async (call) => {
  const repo = repoOf(call);
  const { ref, sha } = call.body;
  const valid = (await tryGit(repo.gitDir, ['check-ref-format', ref])).exitCode === 0;
  if (!/^refs\/[^/]+\/.+/.test(ref) || !valid)
    throw new Refusal(
      422,
      `Reference name '${ref}' is invalid. It must start with 'refs/' and have at least two slashes.`,
    );
  await mustBeObject(repo, sha);
  // Git's compare and swap decides the race: of two callers one gets 201, the other 422.
  const { exitCode, stderr } = await tryGit(repo.gitDir, ['update-ref', ref, sha, zero]);
  if (exitCode !== 0 && (await findRef(repo, ref)) !== undefined) throw new Refusal(422, 'Reference already exists');
  if (exitCode !== 0) throw new Refusal(422, `Reference update failed: ${stderr.trim()}`);
  await syncPulls(call.world, repo, actorOf(call));
  return created(refShape(call.world, repo, await mustExist(repo, ref)));
});

const updateRef = operation('git/update-ref', [writeContents], async (call) => {
  const repo = repoOf(call);
  const { sha, force } = call.body;
  const before = await mustExist(repo, call.params.ref);
  await mustBeObject(repo, sha);
  const forward =
    (await resolveCommit(repo.gitDir, sha)) !== undefined && (await isAncestor(repo.gitDir, before.sha, sha));
  if (force !== true && !forward) throw new Refusal(422, 'Update is not a fast forward');
  const { exitCode } = await tryGit(repo.gitDir, ['update-ref', before.ref, sha, before.sha]);
  if (exitCode !== 0) throw new Refusal(422, 'Reference update failed');
  await syncPulls(call.world, repo, actorOf(call));
  return ok(refShape(call.world, repo, await mustExist(repo, before.ref)));
});

const deleteRef = operation('git/delete-ref', [writeContents], async (call) => {
  const repo = repoOf(call);
  const found = await mustExist(repo, call.params.ref);
  if (found.ref === `refs/heads/${repo.defaultBranch}`) throw new Refusal(422, 'Cannot delete the default branch');
  const { exitCode } = await tryGit(repo.gitDir, ['update-ref', '-d', found.ref, found.sha]);
  if (exitCode !== 0) throw new Refusal(422, 'Reference update failed');
  await syncPulls(call.world, repo, actorOf(call));
  return noContent;
});

const getRef = operation('git/get-ref', [readContents], async (call) => {
  const repo = repoOf(call);
  const found = await findRef(repo, call.params.ref);
  if (found === undefined) throw notFound();
  return ok(refShape(call.world, repo, found));
});

const listMatching = operation('git/list-matching-refs', [readContents], async (call) => {
  const repo = repoOf(call);
  const refs = await listRefs(repo.gitDir, fullName(call.params.ref));
  return ok(refs.map((ref) => refShape(call.world, repo, ref)));
});

export const gitOperations = [createRef, updateRef, deleteRef, getRef, listMatching];
