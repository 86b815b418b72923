import { isMadeByTool, ruleFor, sortedSet } from '../../../src/core/conflicts/rules.js';

const plain = { union: false, generated: false };

describe('the rule for a file that did not merge', () => {
  it.each([
    ['package-lock.json', 'npm install --package-lock-only'],
    ['packages/a/package-lock.json', 'npm install --package-lock-only'],
    ['npm-shrinkwrap.json', 'npm install --package-lock-only'],
    ['pnpm-lock.yaml', 'pnpm install --lockfile-only'],
    ['yarn.lock', 'yarn install'],
    ['bun.lock', 'bun install --lockfile-only'],
    ['crates/x/Cargo.lock', 'cargo metadata'],
    ['poetry.lock', 'poetry lock'],
    ['uv.lock', 'uv lock'],
  ])('%s is made anew by its own tool, without scripts of packages', (path, command) => {
    const rule = ruleFor(path, plain);
    expect(rule).toMatchObject({ kind: 'relock', command: expect.stringContaining(command) as string });
    expect(isMadeByTool(path, plain)).toBe(true);
    if (rule?.kind === 'relock' && /\b(npm|pnpm|bun) /.test(rule.command))
      expect(rule.command).toContain('--ignore-scripts');
  });

  it('takes all lines of go.sum, and those of both sides where a file is declared append-only', () => {
    expect(ruleFor('go.sum', plain)).toEqual({ kind: 'set' });
    expect(ruleFor('CHANGELOG.md', { ...plain, union: true })).toEqual({ kind: 'union' });
    expect(sortedSet('b v1\na v1\nb v1\n')).toBe('a v1\nb v1\n');
    expect(sortedSet('')).toBe('');
  });

  it("is none for code, nor for what a generator wrote: no line of it is anybody's intent", () => {
    expect(ruleFor('src/a.ts', plain)).toBeUndefined();
    expect(ruleFor('my-package-lock.json', plain)).toBeUndefined();
    expect(ruleFor('src/constructor', plain)).toBeUndefined();
    expect(isMadeByTool('src/toString', plain)).toBe(false);
    expect(ruleFor('api/client.ts', { union: true, generated: true })).toBeUndefined();
    expect(isMadeByTool('api/client.ts', { ...plain, generated: true })).toBe(true);
    expect(isMadeByTool('src/a.ts', { ...plain, union: true })).toBe(false);
  });

  it("goes by the lock file's own tool even where it is declared append-only", () => {
    expect(ruleFor('yarn.lock', { ...plain, union: true })?.kind).toBe('relock');
  });
});
