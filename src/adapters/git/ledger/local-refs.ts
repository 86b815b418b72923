import { git, tryGit } from '../git.js';
import { moveRef } from '../refs.js';
import { fetchArgs, transferMs } from '../upstream.js';
import type { RefMove, RefSpace } from './ref-space.js';

const bringFrom = async (store: string, folder: string, moves: readonly RefMove[]): Promise<string | undefined> => {
  const commits = moves.flatMap(({ to }) => (to === null ? [] : [to]));
  if (commits.length === 0 || store === folder) return undefined;
  const ended = await tryGit([...fetchArgs, '--', store, ...commits], { folder, timeoutMs: transferMs });
  return ended.exitCode === 0 ? undefined : ended.stderr.trim();
};

/** False when the ref was elsewhere. */
const moveOne = async (folder: string, { ref, from, to }: RefMove): Promise<boolean> => {
  if (to !== null) return moveRef(folder, ref, { to, from });
  return (await tryGit(['update-ref', '-d', ref, from ?? ''], { folder })).exitCode === 0;
};

/** Refs of a repository on this machine. */
export const localRefs = (folder: string): RefSpace => ({
  list: async (pattern) => {
    const listing = await git(['for-each-ref', '--format=%(objectname) %(refname)', pattern], { folder });
    const rows = listing.split('\n').filter((line) => line !== '');
    return new Map(rows.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))] as const));
  },
  open: () => Promise.resolve(folder),
  openWhole: () => Promise.resolve(folder),
  move: async (store, moves) => {
    const why = await bringFrom(store, folder, moves);
    if (why !== undefined) return { kind: 'refused', why };
    const moved = await Promise.all(moves.map(async (move) => ((await moveOne(folder, move)) ? [] : [move.ref])));
    const left = moved.flat();
    return left.length === 0
      ? { kind: 'published' }
      : { kind: 'refused', why: `${left.join(', ')} was moved by somebody else` };
  },
});
