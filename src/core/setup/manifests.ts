/** Files at the root that say how a project is set up and validated. Only those that exist need to be read. */
export const manifestNames = [
  'package.json',
  'pyproject.toml',
  'requirements.txt',
  'requirements-dev.txt',
  'setup.py',
  'setup.cfg',
  'pytest.ini',
  'tox.ini',
  'mypy.ini',
  '.mypy.ini',
  'ruff.toml',
  '.ruff.toml',
  'go.mod',
  'Cargo.toml',
  'Makefile',
] as const;

/** A project at base, as far as detection needs it. */
export interface Project {
  /** All paths at base. */
  readonly files: readonly string[];
  /** Text of the manifests there are, by name. */
  readonly texts: Readonly<Partial<Record<(typeof manifestNames)[number], string>>>;
}

/** What is known of one tool chain: how to set it up, and its commands by name. */
export interface Detected {
  /** A shell command. */
  readonly setup?: string;
  /** Shell commands: `lint`, `types`, `test`. */
  readonly commands: Readonly<Record<string, string>>;
}
