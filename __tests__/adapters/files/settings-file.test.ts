import { rm } from 'node:fs/promises';
import { readSettingsFile } from '../../../src/adapters/files/settings-file.js';
import { makeTemp, writeFiles } from '../../support/git-repo.js';

let root = '';
beforeEach(async () => {
  root = await makeTemp();
});
afterEach(() => rm(root, { recursive: true, force: true }));

const readWith = async (text: string): Promise<unknown> => {
  await writeFiles(root, { '.github/aider-orchestrator.yml': text });
  return readSettingsFile(root);
};

describe('the settings file', () => {
  it('is nothing where there is none', async () => {
    expect(await readSettingsFile(root)).toBeUndefined();
  });

  it('comes as its data', async () => {
    expect(await readWith('max-agents: 2\nfiles: [a, b]\n')).toEqual({ 'max-agents': 2, files: ['a', 'b'] });
  });

  it('comes as the words of its parser where it is no YAML', async () => {
    expect(await readWith('model: [x\n')).toMatch(/ at line 2, column 1/);
  });

  it('is refused where it holds itself', async () => {
    expect(await readWith('a: &x [*x]\n')).toBe('An anchor in it holds itself.');
    expect(await readWith('a: &x [1]\nb: [*x, *x]\n')).toEqual({ a: [1], b: [[1], [1]] });
  });
});
