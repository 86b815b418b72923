import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenRepository, type Source, openRepository } from '../../../src/adapters/git/open-repository.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import type { Place } from '../../../src/ports/place.js';
import { FakeRepository } from '../../support/fake-repository.js';
import { commitAll, makeTemp, makeUserRepository, runGit, stillClock, writeFiles } from '../../support/git-repo.js';
import { type RepositoryRig, describeRepository } from '../../support/git-repository-contract.js';
import { type GitServer, serveGit } from '../../support/git-server.js';

const identity = { name: 'aider[bot]', email: 'aider[bot]@example.com' };

const openAt = async (source: Source, runFolder: string, place: Place): Promise<OpenRepository> => {
  const opened = await openRepository({
    source,
    base: { branch: 'main' },
    runFolder,
    identity,
    clock: stillClock,
    place,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  return opened.value;
};

const rigOf = (repository: OpenRepository, user: string, close: () => Promise<void>): RepositoryRig => ({
  repository,
  write: (clone, files) => writeFiles(clone.folder, files),
  read: (clone, path) => readFile(join(clone.folder, path), 'utf8').catch(() => undefined),
  userBranch: (name) => runGit(user, 'rev-parse', '--verify', '-q', `refs/heads/${name}`).catch(() => undefined),
  moveUserBranch: async (name, commit) => void (await runGit(user, 'update-ref', `refs/heads/${name}`, commit)),
  takeFrom: async (bundle, name) => {
    const path = join(user, '..', 'taken.bundle');
    await writeFile(path, bundle);
    await runGit(user, 'fetch', '-q', path, `${name}:refs/taken/${name}`);
    await runGit(user, 'fsck', '--connectivity-only');
    return runGit(user, 'rev-parse', `refs/taken/${name}`);
  },
  close,
});

describeRepository('the fake', async (files) => {
  const repository = new FakeRepository(files);
  return {
    repository,
    write: async (clone, edits) => repository.write(clone, edits),
    read: async (clone, path) => repository.filesIn(clone)[path],
    userBranch: async (name) => repository.userBranches.get(name),
    moveUserBranch: async (name, commit) => void repository.userBranches.set(name, commit),
    takeFrom: async (bundle, name) => {
      const lines = new TextDecoder().decode(bundle).split('\n');
      return lines.find((line) => line.endsWith(` refs/heads/${name}`))?.split(' ')[0] ?? '';
    },
    close: () => Promise.resolve(),
  };
});

describeRepository('git on a local folder, in the sandbox', async (files) => {
  const temp = await makeTemp();
  const user = join(temp, 'user');
  await makeUserRepository(user, files);
  const { place, close } = await openSandboxPlace(join(temp, 'run'));
  const repository = await openAt({ kind: 'local', folder: user }, join(temp, 'run'), place);
  return rigOf(repository, user, async () => {
    await repository.close();
    await close();
    await rm(temp, { recursive: true, force: true });
  });
});

describeRepository('git on a remote with a shallow checkout, each clone at its own path', async (files) => {
  const temp = await makeTemp();
  const user = join(temp, 'user');
  await makeUserRepository(user, files);
  await commitAll(user, 'second: with one commit a clone of depth 1 would be complete');
  const server: GitServer = await serveGit(temp, 'secret-token');
  await runGit(temp, 'clone', '-q', '--depth', '1', `file://${user}`, 'workspace');
  const source = {
    kind: 'remote',
    workspace: join(temp, 'workspace'),
    remoteUrl: server.url('user'),
    token: () => 'secret-token',
  } as const;
  const repository = await openAt(source, join(temp, 'run'), ownPath());
  return rigOf(repository, user, async () => {
    await repository.close();
    await server.close();
    await rm(temp, { recursive: true, force: true });
  });
});
