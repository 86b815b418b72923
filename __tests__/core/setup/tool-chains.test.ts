import { detect } from '../../../src/core/setup/detect.js';

const found = (files: Readonly<Record<string, string>>) => {
  const { setup, validation } = detect({ files: Object.keys(files), texts: files }, 1_000);
  return { setup, commands: validation.map(({ name, run }) => `${name}: ${run}`) };
};
const node = (value: object, ...others: readonly string[]) =>
  found({ 'package.json': JSON.stringify(value), ...Object.fromEntries(others.map((name) => [name, ''])) });
const python = (texts: Readonly<Record<string, string>>) => found(texts);
const venv = 'python3 -m venv .venv';
const pip = '.venv/bin/python -m pip install -q';

describe('the package manager of a Node project', () => {
  it.each([
    ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
    ['yarn.lock', 'yarn install --frozen-lockfile'],
    ['bun.lock', 'bun install --frozen-lockfile'],
  ])('is told by %s', (lock, setup) => {
    expect(node({}, lock).setup).toBe(setup);
  });

  it.each([
    ['pnpm@9.1.0', 'pnpm install --no-lockfile', 'pnpm run test'],
    ['yarn@4', 'yarn install --no-lockfile', 'yarn run test'],
    ['bun@1', 'bun install --no-save', 'bun run test'],
    ['other@1', 'npm install --no-package-lock --no-audit --no-fund', 'other run test'],
  ])('is told by packageManager %s where there is no lock file', (packageManager, setup, test) => {
    expect(node({ packageManager, dependencies: { a: '1' }, scripts: { test: 'x' } })).toEqual({
      setup,
      commands: [`test: ${test}`],
    });
  });

  it('is npm where nothing says, and the settings of newer yarn count for yarn alone', () => {
    expect(node({ workspaces: ['a'] }).setup).toBe('npm install --no-package-lock --no-audit --no-fund');
    expect(node({}, 'package-lock.json', '.yarnrc.yml').setup).toBe('npm ci --no-audit --no-fund');
    expect(node({ dependencies: 'odd', scripts: [], packageManager: 7 })).toEqual({ setup: undefined, commands: [] });
  });

  it.each(['typecheck', 'type-check', 'check-types', 'check:types', 'tsc'])('has its types checked by %s', (name) => {
    expect(node({ scripts: { [name]: 'x' } }).commands).toEqual([`types: npm run ${name}`]);
  });

  it('has types checked by the first script there is', () => {
    expect(node({ scripts: { tsc: 'x', typecheck: 'x' } }).commands).toEqual(['types: npm run typecheck']);
  });
});

describe('a Python project', () => {
  it.each(['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg'])('is one by its %s', (name) => {
    expect(python({ [name]: '' }).setup).toContain(venv);
  });

  it('is none by its test files alone', () => {
    expect(python({ 'test_a.py': '', 'pytest.ini': '' }).setup).toBeUndefined();
  });

  it.each([
    ['ruff.toml', '', 'lint: .venv/bin/ruff check .'],
    ['.ruff.toml', '', 'lint: .venv/bin/ruff check .'],
    ['mypy.ini', '', 'types: .venv/bin/mypy .'],
    ['.mypy.ini', '', 'types: .venv/bin/mypy .'],
    ['setup.cfg', '[mypy]', 'types: .venv/bin/mypy .'],
    ['pytest.ini', '', 'test: .venv/bin/python -m pytest -q'],
    ['conftest.py', '', 'test: .venv/bin/python -m pytest -q'],
    ['tox.ini', '[pytest]', 'test: .venv/bin/python -m pytest -q'],
    ['setup.cfg', '[tool:pytest]', 'test: .venv/bin/python -m pytest -q'],
    ['src/test_a.py', '', 'test: .venv/bin/python -m pytest -q'],
    ['a_test.py', '', 'test: .venv/bin/python -m pytest -q'],
  ])('uses a tool that %s names (%s)', (name, text, command) => {
    expect(python({ 'requirements.txt': '', [name]: text }).commands).toEqual([command]);
  });

  it.each(['src/contest_a.py', 'test_a.py.md', 'latest.py'])('is not tested for %s', (name) => {
    expect(python({ 'requirements.txt': '', [name]: '' }).commands).toEqual([]);
  });

  it('installs its lists, then itself with the groups it tests with, then tools it does not list', () => {
    const { setup } = python({
      'requirements.txt': 'ruff==1',
      'requirements-dev.txt': '  "mypy>=1"',
      'pyproject.toml':
        '[project]\n[project.optional-dependencies]\ntest = []\ndocs = []\ntests = []\n[other]\ndev = []\n[tool.ruff]\n[tool.mypy]\n[tool.pytest]\n',
    });
    expect(setup).toBe(
      [
        venv,
        `${pip} -r requirements.txt`,
        `${pip} -r requirements-dev.txt`,
        `${pip} -e '.[test,tests]'`,
        `${pip} pytest`,
      ].join(' && '),
    );
  });

  it('installs itself where it is a package: by its build or its setup.py', () => {
    expect(python({ 'pyproject.toml': '[build-system]\n' }).setup).toBe(`${venv} && ${pip} -e '.'`);
    expect(python({ 'setup.py': '' }).setup).toBe(`${venv} && ${pip} -e '.'`);
    expect(python({ 'pyproject.toml': 'x = "[project]"\n' }).setup).toBe(venv);
  });

  it('does not take a longer name for the tool it needs', () => {
    expect(python({ 'requirements.txt': 'not-ruff\n', 'ruff.toml': '' }).setup).toContain(`${pip} ruff`);
    expect(python({ 'requirements.txt': 'ruffian\n', 'ruff.toml': '' }).setup).toContain(`${pip} ruff`);
  });
});

describe('other tool chains', () => {
  it('are fetched as they stand, with the lock where there is one', () => {
    expect(found({ 'Cargo.toml': '' }).setup).toBe('cargo fetch');
    expect(found({ 'Cargo.lock': '' })).toEqual({ setup: undefined, commands: [] });
  });

  it('take from a Makefile what is a target of that very name', () => {
    expect(found({ Makefile: 'test :\n\tx\nmylint:\n' }).commands).toEqual(['test: make test']);
    expect(found({ Makefile: '\ttest: x\nlint:=1\n' }).commands).toEqual([]);
  });

  it('stand in the order lint, types, test, and all set-ups are made', () => {
    const all = found({
      'go.mod': '',
      'Cargo.toml': '',
      'package.json': JSON.stringify({ scripts: { test: 'x' } }),
      'package-lock.json': '',
      Makefile: 'lint:\ntest:\n',
    });
    expect(all).toEqual({
      setup: 'npm ci --no-audit --no-fund && go mod download && cargo fetch',
      commands: [
        'lint: go vet ./...',
        'types: cargo check -q',
        'test: npm run test',
        'test-go: go test ./...',
        'test-cargo: cargo test -q',
      ],
    });
  });

  it('are each given the time that was asked for', () => {
    const { validation } = detect({ files: ['go.mod'], texts: { 'go.mod': '' } }, 1_234);
    expect(validation.map(({ timeoutMs }) => timeoutMs)).toEqual([1_234, 1_234]);
  });
});
