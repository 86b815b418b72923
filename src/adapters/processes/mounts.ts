import type { Clone } from '../../ports/repository.js';

/** One entry of what a process sees. */
export type Mount =
  | { readonly kind: 'whole' }
  | { readonly kind: 'bind'; readonly from: string; readonly to: string }
  | { readonly kind: 'proc'; readonly to: string };

export interface Seen {
  /** Where every clone, and every clone's HOME, appears. */
  readonly path: string;
  readonly home: string;
}

/** What a process of `clone` sees, in the order it is mounted: the machine, with the clone at the one path. */
export const mountsOf = (clone: Clone, seen: Seen, writable: readonly string[] = []): readonly Mount[] => [
  { kind: 'whole' },
  { kind: 'bind', from: clone.folder, to: seen.path },
  { kind: 'bind', from: clone.home, to: seen.home },
  ...writable.map((folder): Mount => ({ kind: 'bind', from: folder, to: folder })),
  { kind: 'proc', to: '/proc' },
];

const argsOf = (mount: Mount): readonly string[] => {
  switch (mount.kind) {
    case 'whole':
      return ['--dev-bind', '/', '/'];
    case 'bind':
      return ['--bind', mount.from, mount.to];
    case 'proc':
      return ['--proc', mount.to];
  }
};

/** The arguments of bubblewrap, up to where the command follows. */
export const bubblewrapArgs = (mounts: readonly Mount[], workingFolder: string): readonly string[] => [
  ...mounts.flatMap(argsOf),
  // With its own process ids nothing outlives the command: the kernel ends all when the first process ends.
  '--unshare-pid',
  '--die-with-parent',
  '--new-session',
  '--chdir',
  workingFolder,
  '--',
];
