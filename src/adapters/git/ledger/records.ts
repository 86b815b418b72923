import { fields, git } from '../git.js';
import { addFiles } from '../compose-tree.js';
import { formatCommit, type Identity } from '../objects/commit-object.js';
import { emptyTree, newTrees } from '../objects/trees.js';
import { writeObject } from '../objects/write-object.js';

/*
 * What the ledger keeps is commits that stand alone: a subject, trailers, some files, and as parents the commits that
 * must not be lost.
 */

export interface RecordDraft {
  readonly subject: string;
  readonly trailers: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly parents?: readonly string[];
}

export interface RecordFacts {
  readonly commit: string;
  /** Epoch ms, in whole seconds. */
  readonly at: number;
  readonly trailers: ReadonlyMap<string, string>;
}

/** Makes a record in `store` and returns its commit. */
export const writeRecord = async (
  store: string,
  { subject, trailers, files = {}, parents = [] }: RecordDraft,
  by: { readonly identity: Identity; readonly at: number },
): Promise<string> => {
  const tree = await addFiles(newTrees(store), emptyTree, files);
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
  const message = `${subject}\n\n${lines.join('\n')}\n`;
  return writeObject(store, 'commit', formatCommit({ tree, parents, message }, by));
};

/** Time and trailers of commits that `folder` holds, in no particular order. */
export const readRecords = async (folder: string, commits: readonly string[]): Promise<readonly RecordFacts[]> => {
  if (commits.length === 0) return [];
  const format = '%H%x1f%ct%x1f%(trailers:only,unfold)';
  const args = ['log', '-z', '--no-walk=unsorted', '--stdin', `--format=${format}`];
  return fields(await git(args, { folder, input: `${commits.join('\n')}\n` })).map(parseRecord);
};

const parseRecord = (text: string): RecordFacts => {
  const [commit = '', seconds = '', trailers = ''] = text.split('\x1f');
  const pairs = trailers.split('\n').flatMap((line) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return { commit, at: Number(seconds) * 1000, trailers: new Map(pairs) };
};

/** As they were written: what a shallow fetch left out counts too. */
export const parentsOf = async (folder: string, commit: string): Promise<readonly string[]> => {
  const [header = ''] = (await git(['cat-file', 'commit', commit], { folder })).split('\n\n', 1);
  return header.split('\n').flatMap((line) => (line.startsWith('parent ') ? [line.slice('parent '.length)] : []));
};
