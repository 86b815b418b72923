/** How a conflict in a file is resolved without anybody's judgement. */
export type Rule =
  /** Both sides' lines, ours first: files declared append-only. */
  | { readonly kind: 'union' }
  /** Both sides' lines, each once and sorted: the format is a set of lines. */
  | { readonly kind: 'set' }
  /** Ours, then made to fit the merged manifest by this shell command, run in the file's folder. */
  | { readonly kind: 'relock'; readonly command: string };

/** What `.gitattributes` of the base commit say of a file. */
export interface FileAttributes {
  /** `merge=union`. */
  readonly union: boolean;
  /** `linguist-generated`. */
  readonly generated: boolean;
}

const npm = 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund';

/** Each changes as little of a lock as its manifest asks for, and runs no script of a package. */
const relocks = new Map([
  ['package-lock.json', npm],
  ['npm-shrinkwrap.json', npm],
  ['pnpm-lock.yaml', 'pnpm install --lockfile-only --ignore-scripts'],
  [
    'yarn.lock',
    'if [ -f .yarnrc.yml ]; then yarn install --mode=update-lockfile; else yarn install --ignore-scripts --non-interactive; fi',
  ],
  ['bun.lock', 'bun install --lockfile-only --ignore-scripts'],
  ['Cargo.lock', 'cargo metadata --format-version 1 > /dev/null'],
  // Poetry 1 knows `--no-update`; since 2 a lock updates nothing without being asked.
  ['poetry.lock', 'poetry lock --no-update || poetry lock'],
  ['uv.lock', 'uv lock'],
]);

const sets: readonly string[] = ['go.sum'];

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A file that a tool writes and no person: its lines are never merged by hand or by a model. */
export const isMadeByTool = (path: string, { generated }: FileAttributes): boolean =>
  generated || relocks.has(nameOf(path)) || sets.includes(nameOf(path));

/** The rule for a file; undefined where its conflict needs judgement. A lock file's own rule goes before attributes. */
export const ruleFor = (path: string, attributes: FileAttributes): Rule | undefined => {
  const name = nameOf(path);
  const command = relocks.get(name);
  if (command !== undefined) return { kind: 'relock', command };
  if (sets.includes(name)) return { kind: 'set' };
  return attributes.union && !attributes.generated ? { kind: 'union' } : undefined;
};

/** Every line of a text once, sorted by code units. */
export const sortedSet = (text: string): string =>
  [...new Set(text.split('\n').filter((line) => line !== ''))]
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
