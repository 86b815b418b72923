import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}docs/security.md`, 'utf8');

/** Everything in backticks that looks like a path of ours. */
const named = [...text.matchAll(/`((?:src|__tests__|\.github|docs)\/[\w./*-]+)/g)].map(([, path = '']) => path);

describe('docs/security.md', () => {
  it('names tests and modules, and a test for each defence beside the corpus', () => {
    expect(named.filter((path) => path.startsWith('__tests__/')).length).toBeGreaterThanOrEqual(10);
    expect(named.filter((path) => path.startsWith('src/')).length).toBeGreaterThanOrEqual(15);
  });

  it.each([...new Set(named)])('names %s, which exists', (path) => {
    expect(path.includes('*') ? globSync(path, { cwd: root }).length > 0 : existsSync(root + path)).toBe(true);
  });

  it('has a row for every group of the corpus', () => {
    const groups = globSync('__tests__/hostile/groups/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(root + file, 'utf8').matchAll(/ = group\('([^']+)'/g)].map(([, name = '']) => name),
    );
    expect(groups.length).toBeGreaterThanOrEqual(18);
    const missing = groups.filter((name) => !text.includes(`| ${name.replace(' and acting commit messages', '')} |`));
    expect(missing).toEqual([]);
  });
});
