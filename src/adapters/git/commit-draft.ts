import type { CommitDraft } from '../../ports/repository.js';
import { formatCommit, type Identity } from './objects/commit-object.js';
import type { ObjectReader } from './objects/read-objects.js';
import { writeObject } from './objects/write-object.js';

export interface CommittedBy {
  readonly identity: Identity;
  /** Epoch ms. */
  readonly at: number;
}

/** Makes a commit under the given identity and time (UTC). Rejects where its tree or a parent is not in the store. */
export const commitDraft = async (
  store: string,
  reader: ObjectReader,
  { draft, by }: { readonly draft: CommitDraft; readonly by: CommittedBy },
): Promise<string> => {
  const [tree, ...parents] = await Promise.all([
    idOf(reader, draft.tree, 'tree'),
    ...draft.parents.map((parent) => idOf(reader, parent, 'commit')),
  ]);
  return writeObject(store, 'commit', formatCommit({ ...draft, tree, parents }, by));
};

const idOf = async (reader: ObjectReader, name: string, type: 'tree' | 'commit'): Promise<string> => {
  const found = await reader.info(name);
  if (found?.type !== type) throw new Error(`${name} is no ${type} of the store`);
  return found.id;
};
