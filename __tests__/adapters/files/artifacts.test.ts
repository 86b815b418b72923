import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifacts } from '../../../src/adapters/files/artifacts.js';
import { makeTemp, makeUserRepository, runGit, writeFiles } from '../../support/git-repo.js';

let root = '';
beforeEach(async () => {
  root = await makeTemp();
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the files a run leaves for people', () => {
  it('lie where they are told to, in folders that are made, and are overwritten', async () => {
    const artifacts = openArtifacts(join(root, '.aider_logs'));
    expect(await artifacts.write('a/report.html', 'one')).toBe(join(root, '.aider_logs/a/report.html'));
    const path = await artifacts.write('a/report.html', 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
  });

  it('leave the status of a repository as it was', async () => {
    await makeUserRepository(root, { 'a.txt': 'a\n' });
    await openArtifacts(join(root, '.aider_logs')).write('summary.json', '{}');
    expect(await runGit(root, 'status', '--porcelain')).toBe('');
  });

  it('respect a .gitignore that is there', async () => {
    await writeFiles(root, { '.aider_logs/.gitignore': 'own\n' });
    openArtifacts(join(root, '.aider_logs'));
    expect(await readFile(join(root, '.aider_logs/.gitignore'), 'utf8')).toBe('own\n');
  });
});
