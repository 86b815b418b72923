import { chmod, lstat, mkdir, readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { git } from './git.js';

/** `refs/pull/*` is ours alone to write, as on GitHub; objects are checked; any object may be asked for. */
const config = `[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	fsckObjects = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[gc]
	auto = 0
[advice]
	defaultBranchName = false
`;

/** A GitHub App without the workflows permission may not push a change to a workflow file. GitHub's own words. */
const updateHook = `#!/bin/sh
[ "$EMBEDDED_GITHUB_WORKFLOWS" = refuse ] || exit 0
case "$3" in *[!0]*) ;; *) exit 0 ;; esac
path=$(git log -c --format= --name-only "$3" --not --all -- .github/workflows | head -n 1)
[ -z "$path" ] && exit 0
echo "refusing to allow a GitHub App to create or update workflow \\\`$path\\\` without \\\`workflows\\\` permission" >&2
exit 1
`;

interface Entry {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly data: Buffer;
}

const readEntry = async (root: string, file: string): Promise<Entry> => {
  const path = relative(root, file).split(sep).join('/');
  const facts = await lstat(file);
  if (facts.isSymbolicLink()) return { path, mode: '120000', data: Buffer.from(await readlink(file)) };
  return { path, mode: (facts.mode & 0o100) === 0 ? '100644' : '100755', data: await readFile(file) };
};

const readFolder = async (root: string): Promise<readonly Entry[]> => {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => !each.isDirectory()).map((each) => join(each.parentPath, each.name));
  const wanted = files.filter((file) => !relative(root, file).split(sep).includes('.git'));
  return await Promise.all(wanted.sort().map((file) => readEntry(root, file)));
};

const data = (content: Buffer): Buffer[] => [Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n')];

const fastImport = (branch: string, entries: readonly Entry[], atMs: number): Buffer => {
  const who = `Embedded GitHub <noreply@embedded-github.invalid> ${Math.floor(atMs / 1000)} +0000`;
  const head = Buffer.from(`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\n`);
  const files = entries.flatMap(({ path, mode, data: content }) => [
    Buffer.from(`M ${mode} inline ${JSON.stringify(path)}\n`),
    ...data(content),
  ]);
  return Buffer.concat([head, ...data(Buffer.from('Initial commit\n')), ...files]);
};

export interface BareDraft {
  readonly gitDir: string;
  readonly defaultBranch: string;
  /** Texts by path, or a folder to take as it is (without its `.git`). */
  readonly files: Readonly<Record<string, string>> | string;
  readonly atMs: number;
}

/** Makes a bare repository with one commit on its default branch. */
export const createBare = async ({ gitDir, defaultBranch, files, atMs }: BareDraft): Promise<void> => {
  await mkdir(gitDir, { recursive: true });
  await git(gitDir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
  await writeFile(join(gitDir, 'config'), config, { flag: 'a' });
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  await writeFile(join(gitDir, 'hooks/update'), updateHook);
  await chmod(join(gitDir, 'hooks/update'), 0o755);
  const asEntry = ([path, text]: [string, string]): Entry => ({ path, mode: '100644', data: Buffer.from(text) });
  const entries = typeof files === 'string' ? await readFolder(files) : Object.entries(files).map(asEntry);
  await git(gitDir, ['fast-import', '--quiet'], fastImport(defaultBranch, entries, atMs));
};
