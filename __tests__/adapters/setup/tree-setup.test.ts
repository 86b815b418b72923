import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenRepository, openRepository } from '../../../src/adapters/git/open-repository.js';
import { prepareProject } from '../../../src/adapters/setup/prepare-project.js';
import { validateAfterSetup } from '../../../src/adapters/setup/validate-after-setup.js';
import { createValidator } from '../../../src/adapters/validation/validator.js';
import type { OpenedPlace } from '../../../src/adapters/processes/open-place.js';
import type { CommandResult } from '../../../src/core/validation.js';
import { makeTemp, makeUserRepository, stillClock } from '../../support/git-repo.js';
import { startNpmRegistry, type NpmRegistry } from '../../support/npm-registry.js';
import { openSandboxPlace } from '../../support/open-sandbox.js';

/* With the real npm, sandbox and git; the registry is ours. */

const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '';
const secret = 'sk-marked-0123456789abcdef';

let temp: string;
let opened: OpenedPlace;
let repository: OpenRepository;
let registry: NpmRegistry;

beforeAll(async () => {
  registry = await startNpmRegistry({ greeter: 'module.exports = "hello";\n', parting: 'module.exports = "bye";\n' });
});
afterAll(() => registry.close());
beforeEach(async () => (temp = await makeTemp()));
afterEach(async () => {
  await repository?.close();
  await opened?.close();
  await rm(temp, { recursive: true, force: true });
});

const manifest = (dependencies: Readonly<Record<string, string>>): string =>
  JSON.stringify({ name: 'sample', version: '1.0.0', dependencies });

const lines = (result: CommandResult | undefined): string => (result?.output ?? '').trim();

/** A prepared project, and what a command says in a clean checkout of base with some files changed. */
const open = async (files: Readonly<Record<string, string>>, setupCommand?: string) => {
  await makeUserRepository(join(temp, 'user'), { ...files, '.gitignore': 'node_modules/\n' });
  opened = await openSandboxPlace(join(temp, 'run'));
  const there = await openRepository({
    source: { kind: 'local', folder: join(temp, 'user') },
    base: { branch: 'main' },
    runFolder: join(temp, 'run'),
    identity: { name: 'x', email: 'x@example.com' },
    clock: stillClock,
    place: opened.place,
  });
  if (!there.ok) throw new Error(there.failure.message);
  repository = there.value;
  const env = { PATH: path, npm_config_registry: registry.url, OPENAI_API_KEY: secret };
  const settings = { setupCommand, validation: [], validationTimeoutMs: 60_000 };
  const { place } = opened;
  const prepared = await prepareProject({ repository, place, settings, env, signal });
  if (!prepared.ok) throw new Error(prepared.failure.message);
  const validator = validateAfterSetup(createValidator({ place, path, env }), prepared.value.treeSetup);
  const check = async (changed: Readonly<Record<string, string>>, run: string): Promise<CommandResult | undefined> => {
    const { sha } = repository.base;
    const tree = await repository.addFiles(sha, changed);
    const clone = await repository.clone(await repository.commit({ tree, parents: [sha], message: 'x' }), 'validation');
    const [result] = await validator.run(clone, [{ name: 'test', run, timeoutMs: 60_000 }], signal);
    await repository.discard(clone);
    return result;
  };
  return { check, notes: prepared.value.notes };
};

const tryBoth = `node -p "['greeter', 'parting'].map((name) => { try { return require(name) } catch { return 'no ' + name } }).join()"`;

describe('a tree whose manifest was changed', () => {
  it('is validated with the packages its own manifest asks for', async () => {
    const { check } = await open({ 'package.json': manifest({ greeter: '1.0.0' }) });
    const added = { 'package.json': manifest({ greeter: '1.0.0', parting: '1.0.0' }) };
    expect(lines(await check({ 'a.txt': 'a' }, tryBoth))).toBe('hello,no parting');
    expect(lines(await check(added, tryBoth))).toBe('hello,bye');
    expect(lines(await check({ 'package.json': manifest({ parting: '1.0.0' }) }, tryBoth))).toBe('no greeter,bye');
    expect(lines(await check({ 'a.txt': 'b' }, tryBoth))).toBe('hello,no parting');
  }, 120_000);

  it('is set up once for all trees with the same manifests', async () => {
    const { check } = await open({ 'package.json': manifest({}) });
    const added = { 'package.json': manifest({ greeter: '1.0.0' }) };
    const before = registry.asked.length;
    expect(lines(await check(added, tryBoth))).toBe('hello,no parting');
    const once = registry.asked.length;
    expect(lines(await check({ ...added, 'a.txt': 'other' }, tryBoth))).toBe('hello,no parting');
    expect(once).toBeGreaterThan(before);
    expect(registry.asked.length).toBe(once);
  }, 120_000);

  it('is set up in the sandbox: without secrets, and with no address but its registries', async () => {
    const script =
      'env > found; cat /proc/*/environ >> found; node -e "fetch(\'http://169.254.169.254/\').then(() => console.log(1), (error) => console.log(error.message))" >> found';
    const { check } = await open(
      { 'package.json': manifest({}) },
      `${script}; mkdir -p node_modules; mv found node_modules/`,
    );
    const found = await check({ 'package.json': manifest({ greeter: '1.0.0' }) }, 'cat node_modules/found');
    expect(lines(found)).toContain('npm_config_registry');
    expect(lines(found)).not.toContain(secret);
    expect(lines(found)).toMatch(/fetch failed|Forbidden/);
  }, 120_000);

  it('is red, with what set-up said, where it cannot be set up', async () => {
    const { check } = await open({ 'package.json': manifest({ greeter: '1.0.0' }) });
    const result = await check({ 'package.json': manifest({ 'not-there': '1.0.0' }) }, 'true');
    expect(result).toMatchObject({ name: 'test', command: 'true', exitCode: 1 });
    expect(result?.output).toContain('not-there');
  }, 120_000);

  it('is validated as it is where set-up failed at base already', async () => {
    const { check, notes } = await open({ 'package.json': manifest({ 'not-there': '1.0.0' }) });
    expect(notes).toHaveLength(1);
    expect(await check({ 'package.json': manifest({ gone: '2.0.0' }) }, 'true')).toMatchObject({ exitCode: 0 });
  }, 120_000);
});
