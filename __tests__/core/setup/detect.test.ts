import fc from 'fast-check';
import { detect } from '../../../src/core/setup/detect.js';
import { manifestNames } from '../../../src/core/setup/manifests.js';

const found = (files: Readonly<Record<string, string>>) => {
  const { setup, validation } = detect({ files: Object.keys(files), texts: files }, 1_000);
  return { setup, commands: validation.map(({ name, run }) => `${name}: ${run}`) };
};

const packageJson = (value: object): string => JSON.stringify(value);

describe('detect', () => {
  it.each([
    ['nothing in an unknown project', { 'README.md': '' }, undefined, []],
    [
      'npm ci where there is a lock file',
      {
        'package.json': packageJson({ scripts: { test: 'jest', lint: 'eslint .', 'type-check': 'tsc' } }),
        'package-lock.json': '',
      },
      'npm ci --no-audit --no-fund',
      ['lint: npm run lint', 'types: npm run type-check', 'test: npm run test'],
    ],
    [
      'no install without dependencies and lock file, and no placeholder test',
      { 'package.json': packageJson({ scripts: { test: 'echo "Error: no test specified" && exit 1', lint: 'x' } }) },
      undefined,
      ['lint: npm run lint'],
    ],
    [
      'an install without a lock file that leaves none behind',
      { 'package.json': packageJson({ devDependencies: { jest: '1' }, scripts: { test: 'jest' } }) },
      'npm install --no-package-lock --no-audit --no-fund',
      ['test: npm run test'],
    ],
    [
      'pnpm by its lock file',
      { 'package.json': packageJson({ scripts: { test: 'vitest' } }), 'pnpm-lock.yaml': '' },
      'pnpm install --frozen-lockfile',
      ['test: pnpm run test'],
    ],
    [
      'newer yarn by its settings',
      { 'package.json': packageJson({}), 'yarn.lock': '', '.yarnrc.yml': '' },
      'yarn install --immutable',
      [],
    ],
    ['nothing from a broken package.json', { 'package.json': '{' }, undefined, []],
    ['nothing from a package.json that is no object', { 'package.json': '[]' }, undefined, []],
    [
      'a private venv for Python, with the tools it is configured for',
      {
        'pyproject.toml':
          '[project]\nname = "x"\n[project.optional-dependencies]\ndev = [\n  "pytest",\n]\n[tool.ruff]\n[tool.mypy]\n[tool.pytest.ini_options]\n',
      },
      `python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[dev]' && .venv/bin/python -m pip install -q ruff mypy`,
      ['lint: .venv/bin/ruff check .', 'types: .venv/bin/mypy .', 'test: .venv/bin/python -m pytest -q'],
    ],
    [
      'pytest for a list of requirements and test files',
      { 'requirements.txt': 'flask\npytest==8\n', 'tests/test_app.py': '' },
      'python3 -m venv .venv && .venv/bin/python -m pip install -q -r requirements.txt',
      ['test: .venv/bin/python -m pytest -q'],
    ],
    ['Go', { 'go.mod': 'module x' }, 'go mod download', ['lint: go vet ./...', 'test: go test ./...']],
    [
      'Cargo with its lock file',
      { 'Cargo.toml': '', 'Cargo.lock': '' },
      'cargo fetch --locked',
      ['types: cargo check -q', 'test: cargo test -q'],
    ],
    [
      'targets of a Makefile, variables are none',
      { Makefile: 'test := x\nlint: deps\n\teslint .\n' },
      undefined,
      ['lint: make lint'],
    ],
    [
      'a Makefile only for what nothing else has',
      { 'go.mod': 'module x', Makefile: 'test:\n\tgo test\n' },
      'go mod download',
      ['lint: go vet ./...', 'test: go test ./...'],
    ],
    [
      'both of two tool chains',
      { 'go.mod': 'module x', 'package.json': packageJson({ scripts: { test: 'jest' } }) },
      'go mod download',
      ['lint: go vet ./...', 'test: npm run test', 'test-go: go test ./...'],
    ],
  ])('finds %s', (_case, files, setup, commands) => {
    expect(found(files)).toEqual({ setup, commands });
  });

  it('takes any text in any manifest, and every name it gives is used once', () => {
    const texts = fc.dictionary(fc.constantFrom(...manifestNames), fc.string());
    fc.assert(
      fc.property(texts, (files) => {
        const names = found(files).commands.map((command) => command.split(':')[0]);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
