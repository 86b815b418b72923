import { z } from 'zod';
import type { Detected, Project } from './manifests.js';

const Manifest = z.object({
  packageManager: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: z.record(z.string(), z.unknown()).catch({}),
  devDependencies: z.record(z.string(), z.unknown()).catch({}),
  workspaces: z.unknown().optional(),
});
type Manifest = z.infer<typeof Manifest>;

const locks = [
  { file: 'package-lock.json', manager: 'npm', install: 'npm ci --no-audit --no-fund' },
  { file: 'npm-shrinkwrap.json', manager: 'npm', install: 'npm ci --no-audit --no-fund' },
  { file: 'pnpm-lock.yaml', manager: 'pnpm', install: 'pnpm install --frozen-lockfile' },
  { file: 'yarn.lock', manager: 'yarn', install: 'yarn install --frozen-lockfile' },
  { file: 'bun.lock', manager: 'bun', install: 'bun install --frozen-lockfile' },
] as const;

/** Without a lock file: install, and leave none behind, since nobody asked for one. */
const unlocked: Readonly<Record<string, string>> = {
  npm: 'npm install --no-package-lock --no-audit --no-fund',
  pnpm: 'pnpm install --no-lockfile',
  yarn: 'yarn install --no-lockfile',
  bun: 'bun install --no-save',
};

/** Script names in use for one purpose; the first there is counts. */
const purposes = {
  lint: ['lint'],
  types: ['typecheck', 'type-check', 'check-types', 'check:types', 'tsc'],
  test: ['test'],
} as const;

/** `npm init` writes a test that always fails: no test at all. */
const isPlaceholder = (script: string): boolean => script.includes('no test specified');

const parse = (text: string): Manifest | undefined => {
  try {
    return Manifest.safeParse(JSON.parse(text)).data;
  } catch {
    // A broken manifest says nothing; its own tools will say what is wrong with it.
    return undefined;
  }
};

const needsInstall = ({ dependencies, devDependencies, workspaces }: Manifest): boolean =>
  workspaces !== undefined || Object.keys({ ...dependencies, ...devDependencies }).length > 0;

/** npm, pnpm, yarn or bun by lock file, else by the `packageManager` field, else npm. */
export const detectNode = ({ files, texts }: Project): Detected | undefined => {
  const manifest = texts['package.json'] === undefined ? undefined : parse(texts['package.json']);
  if (manifest === undefined) return undefined;
  const lock = locks.find(({ file }) => files.includes(file));
  const manager = lock?.manager ?? manifest.packageManager?.split('@')[0] ?? 'npm';
  const isBerry = lock?.manager === 'yarn' && files.includes('.yarnrc.yml');
  const locked = isBerry ? 'yarn install --immutable' : lock?.install;
  const install = locked ?? (needsInstall(manifest) ? (unlocked[manager] ?? unlocked['npm']) : undefined);
  const commands = Object.entries(purposes).flatMap(([purpose, names]) => {
    const name = names.find((each) => manifest.scripts[each] !== undefined);
    return name === undefined || isPlaceholder(manifest.scripts[name] ?? '')
      ? []
      : [[purpose, `${manager} run ${name}`]];
  });
  return { ...(install === undefined ? {} : { setup: install }), commands: Object.fromEntries(commands) };
};
