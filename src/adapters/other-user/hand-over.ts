import { dirname } from 'node:path';
import type { Clone } from '../../ports/repository.js';
import type { Root } from './root.js';

/** Folders of one launch. The folder of the clone holds its files and its HOME, and nobody else comes in there. */
export interface Folders {
  readonly clone: Pick<Clone, 'folder' | 'home'>;
  readonly writable: readonly string[];
}

/**
 * $1 from whom, $2 to whom, $3 the group and $4 the mode of $5, the folder around the clone; the rest changes hands.
 * No link is followed. Only what is `from`'s is given, so a file of somebody else that was linked into the clone stays
 * whose it is, and the kernel takes the set-user-id bit off what changes hands.
 */
const script = `set -eu
from=$1 to=$2 group=$3 mode=$4 around=$5; shift 5
chown -h ":$group" -- "$around"
chmod "$mode" -- "$around"
chown -RhP --from="$from" -- "$to" "$@"`;

const change = async (root: Root, { clone, writable }: Folders, values: readonly string[]): Promise<void> => {
  const paths = [clone.folder, clone.home, ...writable];
  const done = await root.run(['/bin/sh', '-c', script, 'hand-over', ...values, dirname(clone.folder), ...paths]);
  if (!done.ok) throw new Error(`The files of a clone could not change hands: ${done.failure}`);
};

const us = () => ({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });

/** Gives the files of a launch to a user who has no process yet. Throws when that is not possible. */
export const handOver = (root: Root, id: number, folders: Folders): Promise<void> =>
  change(root, folders, [`${us().uid}`, `${id}:${id}`, `${id}`, '0710']);

/** Takes them back from a user who has no process any more: the folder around the clone is closed again. */
export const takeBack = (root: Root, id: number, folders: Folders): Promise<void> => {
  const { uid, gid } = us();
  return change(root, folders, [`${id}`, `${uid}:${gid}`, `${gid}`, '0700']);
};
