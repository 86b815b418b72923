import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openLedger } from '../../../src/adapters/git/ledger/open-ledger.js';
import { openRepository, type Source } from '../../../src/adapters/git/open-repository.js';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Ledger } from '../../../src/ports/ledger.js';
import { FakeArchive } from '../../support/fake-archive.js';
import { FakeLocks } from '../../support/fake-locks.js';
import { commitAll, makeTemp, makeUserRepository, runGit } from '../../support/git-repo.js';
import { serveGit } from '../../support/git-server.js';
import { describeLedger, type LedgerRig } from '../../support/ledger-contract.js';

const identity = { name: 'aider[bot]', email: 'aider[bot]@example.com' };

describeLedger('the fake', async () => {
  let now = 1_700_000_000_000;
  let made = 0;
  const both = { archive: new FakeArchive(() => now), locks: new FakeLocks() };
  return {
    ...both,
    again: () => Promise.resolve(both),
    work: () => Promise.resolve(`work-${++made}`),
    tick: (ms) => void (now += ms),
    close: () => Promise.resolve(),
  };
});

const openRig = async (source: Source, temp: string, close: () => Promise<void>): Promise<LedgerRig> => {
  let now = 1_700_000_000_000;
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const opened = await openRepository({
    source,
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity,
    clock,
    place: ownPath(),
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  const repository = opened.value;
  const common = { source, baseBranch: 'main', identity, clock };
  let machines = 0;
  const again = (): Promise<Ledger> => openLedger({ ...common, folder: join(temp, `ledger-${++machines}`) });
  const ledger = await openLedger({ ...common, folder: join(temp, 'ledger'), works: join(temp, 'run', 'store') });
  let works = 0;
  return {
    ...ledger,
    again,
    work: async () => {
      const base = repository.base.sha;
      const tree = await repository.addFiles(base, { [`work-${++works}.txt`]: 'done\n' });
      return repository.commit({ tree, parents: [base], message: 'Work\n' });
    },
    tick: (ms) => void (now += ms),
    close: async () => {
      await repository.close();
      await close();
      await rm(temp, { recursive: true, force: true });
    },
  };
};

describeLedger('git in a local folder', async () => {
  const temp = await makeTemp();
  await makeUserRepository(join(temp, 'user'), { 'README.md': '# Sample\n' });
  return openRig({ kind: 'local', folder: join(temp, 'user') }, temp, () => Promise.resolve());
});

describeLedger('git on a remote whose branch has moved on', async () => {
  const temp = await makeTemp();
  const user = join(temp, 'user');
  await makeUserRepository(user, { 'README.md': '# Sample\n' });
  await commitAll(user, 'second');
  const server = await serveGit(temp, 'secret-token');
  const source = { kind: 'remote', remoteUrl: server.url('user'), token: () => 'secret-token' } as const;
  const rig = await openRig(source, temp, () => server.close());
  await commitAll(user, 'third');
  return rig;
});

describe('a ledger on a remote', () => {
  const openAt = async (token: string) => {
    const temp = await makeTemp();
    const user = join(temp, 'user');
    await makeUserRepository(user, { 'README.md': '# Sample\n' });
    const server = await serveGit(temp, 'secret-token');
    const source = { kind: 'remote', remoteUrl: server.url('user'), token: () => token } as const;
    const clock: Clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() };
    const ledger = await openLedger({ source, baseBranch: 'main', folder: join(temp, 'ledger'), identity, clock });
    const close = async () => {
      await server.close();
      await rm(temp, { recursive: true, force: true });
    };
    return { ledger, user, server, close };
  };

  it('says that it cannot be read, and leaves its token out of it', async () => {
    const { ledger, close } = await openAt('wrong-token');
    await expect(ledger.archive.list()).rejects.toThrow(/could not be read/);
    await expect(ledger.archive.list()).rejects.not.toThrow(/wrong-token/);
    await close();
  });

  it('takes no journal for another run than its ref names', async () => {
    const { ledger, user, close } = await openAt('secret-token');
    await ledger.archive.keep({ runId: '77-1', issue: 12, events: [], works: [] });
    await runGit(user, 'update-ref', 'refs/aider/99-1/journal', 'refs/aider/77-1/journal');
    expect((await ledger.archive.list()).map(({ runId }) => runId)).toEqual(['77-1']);
    expect(await ledger.archive.read('99-1')).toBeUndefined();
    await close();
  });

  it('does not overwrite a journal that somebody else moved', async () => {
    const { ledger, user, close } = await openAt('secret-token');
    await ledger.archive.keep({ runId: '77-1', issue: 12, events: [], works: [] });
    await runGit(user, 'update-ref', 'refs/aider/77-1/journal', 'main');
    expect(await ledger.archive.keep({ runId: '77-1', issue: 12, events: [], works: [] })).toMatchObject({
      kind: 'refused',
    });
    expect(await runGit(user, 'rev-parse', 'refs/aider/77-1/journal')).toBe(await runGit(user, 'rev-parse', 'main'));
    await close();
  });

  it('lists journals and branches of agents with our trailer, and deletes what is still as listed', async () => {
    const { ledger, user, close } = await openAt('secret-token');
    await ledger.archive.keep({ runId: '77-1', issue: 12, pullRequest: 13, events: [], works: [] });
    const ours = await runGit(user, 'commit-tree', '-m', 'Work\n\nAider-Run: 77-1', 'main^{tree}');
    await runGit(user, 'update-ref', 'refs/heads/aider-agents/issue-12/agent-1', ours);
    await runGit(user, 'update-ref', 'refs/heads/aider-agents/issue-12/mine', 'main');
    const found = await ledger.leftovers.list();
    expect(found.map(({ ref, runId, pullRequest }) => [ref, runId, pullRequest])).toEqual([
      ['refs/aider/77-1/journal', '77-1', 13],
      ['refs/heads/aider-agents/issue-12/agent-1', '77-1', undefined],
    ]);
    await ledger.leftovers.remove(found);
    expect(await runGit(user, 'for-each-ref', '--format=%(refname)', 'refs/aider', 'refs/heads/aider-agents')).toBe(
      'refs/heads/aider-agents/issue-12/mine',
    );
    await close();
  });

  it('reads a journal without what it builds on', async () => {
    const { ledger, user, server, close } = await openAt('secret-token');
    await ledger.archive.keep({ runId: '77-1', issue: 12, events: [], works: [] });
    expect((await ledger.archive.newestOf(12))?.runId).toBe('77-1');
    expect(server.authorizations.every((each) => each?.startsWith('basic '))).toBe(true);
    expect(await runGit(user, 'log', '-1', '--format=%an %P', 'refs/aider/77-1/journal')).toBe('aider[bot]');
    await close();
  });
});
