import type { Detected, Project } from './manifests.js';

const venv = '.venv/bin';

/** A tool of Python's world: how a project says that it uses it, and how it is run. */
const tools = [
  {
    name: 'ruff',
    purpose: 'lint',
    run: `${venv}/ruff check .`,
    files: ['ruff.toml', '.ruff.toml'],
    section: /^\[tool\.ruff\b/m,
  },
  {
    name: 'mypy',
    purpose: 'types',
    run: `${venv}/mypy .`,
    files: ['mypy.ini', '.mypy.ini'],
    section: /^\[(tool\.)?mypy\b/m,
  },
  {
    name: 'pytest',
    purpose: 'test',
    run: `${venv}/python -m pytest -q`,
    files: ['pytest.ini', 'conftest.py'],
    section: /^\[(tool[.:])?pytest\b/m,
  },
] as const;

const isTestFile = (path: string): boolean => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(path);

/** Optional dependency groups of pyproject.toml by which projects bring their own test tools. */
const groupsOf = (pyproject: string): readonly string[] => {
  const section = /^\[project\.optional-dependencies\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(pyproject)?.[1] ?? '';
  return ['dev', 'test', 'tests'].filter((group) => new RegExp(`^${group}\\s*=`, 'm').test(section));
};

const installsOf = ({ texts }: Project, missing: readonly string[]): readonly string[] => {
  const pip = `${venv}/python -m pip install -q`;
  const pyproject = texts['pyproject.toml'] ?? '';
  const groups = groupsOf(pyproject);
  const isPackage = /^\[(project|build-system)\]/m.test(pyproject) || texts['setup.py'] !== undefined;
  const lists = (['requirements.txt', 'requirements-dev.txt'] as const).filter((name) => texts[name] !== undefined);
  return [
    ...lists.map((name) => `${pip} -r ${name}`),
    ...(isPackage ? [`${pip} -e '.${groups.length > 0 ? `[${groups.join(',')}]` : ''}'`] : []),
    ...(missing.length > 0 ? [`${pip} ${missing.join(' ')}`] : []),
  ];
};

/** Python in a private venv of the clone, with ruff, mypy and pytest where the project is configured for them. */
export const detectPython = (project: Project): Detected | undefined => {
  const { files, texts } = project;
  const isPython = ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg'].some((name) => files.includes(name));
  if (!isPython) return undefined;
  const settings = [texts['pyproject.toml'], texts['setup.cfg'], texts['tox.ini']].join('\n');
  const used = tools.filter(
    ({ name, files: own, section }) =>
      own.some((file) => files.includes(file)) ||
      section.test(settings) ||
      (name === 'pytest' && files.some(isTestFile)),
  );
  const named = [texts['requirements.txt'], texts['requirements-dev.txt'], texts['pyproject.toml']].join('\n');
  // A tool that is configured but nowhere listed as a dependency has to be brought along.
  const missing = used
    .map(({ name }) => name)
    .filter((name) => !new RegExp(`^[\\s"']*${name}\\b(?!\\])`, 'm').test(named));
  return {
    setup: ['python3 -m venv .venv', ...installsOf(project, missing)].join(' && '),
    commands: Object.fromEntries(used.map(({ purpose, run }) => [purpose, run])),
  };
};
