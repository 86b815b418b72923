import { readdir, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';

/** Folders that are shown whole: nothing of a user's is in them. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Version managers, which live in homes: their whole folder is shown, and a variable says where it is. */
const managers: Readonly<Record<string, string>> = {
  '.asdf': 'ASDF_DATA_DIR',
  '.bun': 'BUN_INSTALL',
  '.dotnet': 'DOTNET_ROOT',
  '.goenv': 'GOENV_ROOT',
  '.jenv': 'JENV_ROOT',
  '.nodenv': 'NODENV_ROOT',
  '.nvm': 'NVM_DIR',
  '.pyenv': 'PYENV_ROOT',
  '.rbenv': 'RBENV_ROOT',
  '.rustup': 'RUSTUP_HOME',
  '.sdkman': 'SDKMAN_DIR',
  '.volta': 'VOLTA_HOME',
};

/** Folders whose `bin` is on PATH and whose other folders hold what is nobody's business: keyrings, tokens, caches. */
const sharedPrefixes = new Set(['.local', '.cargo', '.config', '.cache', '.npm', 'go', 'snap']);

export interface ToolRootsOptions {
  /** The PATH of the orchestrator. */
  readonly path: string;
  /** Roots of tool chains that variables name, e.g. JAVA_HOME. */
  readonly named?: readonly string[];
  /** Must not be shown whole, though tools inside may be. */
  readonly homes: readonly string[];
  /** Nothing inside may be shown: the workspace, the runner's temporary folder. */
  readonly closed: readonly string[];
}

export interface ToolRoots {
  /** To be shown read-only at the same path; none lies in another. */
  readonly folders: readonly string[];
  /** Where the version managers among them are told to look. */
  readonly env: Readonly<Record<string, string>>;
}

/** Is `path` this folder or in it? */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

export const isShown = (path: string, folders: readonly string[]): boolean =>
  [...systemFolders, ...folders].some((folder) => isWithin(path, folder));

const managerOf = (folder: string): string | undefined => {
  const parts = folder.split('/');
  const at = parts.findIndex((part) => part in managers || part === 'node_modules');
  return at < 0 ? undefined : parts.slice(0, at + 1).join('/');
};

const isCommon = (folder: string): boolean => folder.split('/').length < 3 || sharedPrefixes.has(basename(folder));

/** What has to be shown for the programs of a folder to run: mostly the folder its `bin` is in. */
const rootOf = (folder: string, { homes, closed }: ToolRootsOptions): string | undefined => {
  const isTooMuch = (root: string): boolean => [...homes, ...closed].some((each) => isWithin(each, root));
  if (closed.some((each) => isWithin(folder, each))) return undefined;
  const parent = dirname(folder);
  const whole = /^(s?bin|shims|cmd)$/.test(basename(folder)) && !isCommon(parent) ? parent : folder;
  return [managerOf(folder), whole, folder].find((each) => each !== undefined && !isTooMuch(each));
};

/** A folder that is named as it is may hold no home and nothing closed, and lie in nothing closed. */
const isAlone = (folder: string, { homes, closed }: ToolRootsOptions): boolean =>
  folder.startsWith('/') &&
  ![...homes, ...closed].some((each) => isWithin(each, folder)) &&
  !closed.some((each) => isWithin(folder, each));

/** Programs of a folder that are links to elsewhere, resolved. */
const linkTargets = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(folder, entry.name));
  const targets = await Promise.all(links.map((link) => realpath(link).catch(() => undefined)));
  return targets.filter((target) => target !== undefined);
};

/** rustup's programs lie in `.cargo/bin`, the compilers they start beside it. */
const companions = (folder: string): readonly string[] =>
  folder.endsWith('/.cargo/bin') ? [folder, join(dirname(dirname(folder)), '.rustup', 'toolchains')] : [folder];

/** Without those that lie in another, so that each is shown once. */
const outermost = (folders: readonly string[]): readonly string[] => {
  const sorted = [...new Set(folders)].toSorted((a, b) => a.length - b.length);
  return sorted.filter((folder, n) => !isShown(folder, sorted.slice(0, n)));
};

const envOf = (folders: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    folders.flatMap((folder) => {
      const variable = managers[basename(folder)];
      return variable === undefined ? [] : [[variable, folder]];
    }),
  );

/**
 * The folders on PATH outside the system's own, each with the tool chain it belongs to, so that compilers and
 * interpreters installed in homes work in a sandbox that shows no home. A folder that would show a home or the
 * workspace is shown by itself or not at all.
 */
export const findToolRoots = async (options: ToolRootsOptions): Promise<ToolRoots> => {
  const onPath = [...new Set(options.path.split(delimiter).filter((folder) => folder.startsWith('/')))];
  const own = onPath.filter((folder) => folder === '/usr/local/bin' || !isShown(folder, []));
  const targets = (await Promise.all(own.map(linkTargets))).flat().map((target) => dirname(target));
  const wanted = [...onPath.flatMap(companions), ...targets].filter((folder) => !isShown(folder, []));
  const named = (options.named ?? []).filter((folder) => isAlone(folder, options));
  const roots = [...named, ...wanted.map((folder) => rootOf(folder, options))].filter((root) => root !== undefined);
  const there = await Promise.all(
    roots.map(async (root) => ((await realpath(root).catch(() => undefined)) === undefined ? [] : [root])),
  );
  const folders = outermost(there.flat());
  return { folders, env: envOf(folders) };
};
