import { lstat, readlink } from 'node:fs/promises';
import { inside } from './inside.js';
import { isShown } from './tool-roots.js';

/** What a bubblewrap understands; what it lacks is left out. */
export interface Abilities {
  /** From 0.7. */
  readonly sizes: boolean;
  /** From 0.8: no namespaces of its own inside. */
  readonly closedNamespaces: boolean;
  /** Without it root stays root of this machine's namespace, without capabilities. */
  readonly userNamespace: boolean;
}

/** One thing shown to every launch: a file or folder, read-only, or a link. */
export type Shown =
  | { readonly kind: 'read'; readonly from: string; readonly to: string }
  | { readonly kind: 'link'; readonly to: string; readonly target: string };

export interface View {
  readonly shown: readonly Shown[];
  readonly abilities: Abilities;
  readonly temporaryBytes: number;
}

export interface LaunchView {
  readonly clone: { readonly folder: string; readonly home: string };
  readonly writable: readonly string[];
  readonly readable: readonly string[];
  /** Unix sockets on our side by the port they stand for. */
  readonly sockets: Readonly<Record<number, string>>;
  /** The machine's own network, for who asked for it. */
  readonly isOpen: boolean;
}

/** `/usr`, and `/bin`, `/lib` and their like as this machine has them: links into it or folders. */
export const systemFolders = async (): Promise<readonly Shown[]> => {
  const names = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
  const found = await Promise.all(
    names.map(async (to): Promise<readonly Shown[]> => {
      const stats = await lstat(to).catch(() => undefined);
      if (stats === undefined) return [];
      return stats.isSymbolicLink()
        ? [{ kind: 'link', to, target: await readlink(to) }]
        : [{ kind: 'read', from: to, to }];
    }),
  );
  return [{ kind: 'read', from: '/usr', to: '/usr' }, ...found.flat()];
};

const showing = (each: Shown): readonly string[] =>
  each.kind === 'link' ? ['--symlink', each.target, each.to] : ['--ro-bind-try', each.from, each.to];

const namespaces = ({ userNamespace, closedNamespaces }: Abilities, isOpen: boolean): readonly string[] => [
  ...(userNamespace ? ['--unshare-user'] : []),
  ...(userNamespace && closedNamespaces ? ['--disable-userns'] : []),
  ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
  ...(isOpen ? [] : ['--unshare-net']),
  ...['--hostname', 'sandbox', '--cap-drop', 'ALL', '--die-with-parent', '--new-session'],
];

const memory = ({ abilities, temporaryBytes }: View, folder: string): readonly string[] => [
  ...(abilities.sizes ? ['--perms', '1777', '--size', `${temporaryBytes}`] : []),
  ...['--tmpfs', folder],
];

/**
 * The arguments of bubblewrap up to where the command follows. The root is an empty one: what is not named here is
 * not there. It is closed for writing at the end, as are `/dev` and `/proc`.
 */
export const bubblewrapArguments = (view: View, launch: LaunchView): readonly string[] => {
  const read = view.shown.flatMap((each) => (each.kind === 'read' ? [each.to] : []));
  const further = launch.readable.filter((path) => !isShown(path, read));
  return [
    ...namespaces(view.abilities, launch.isOpen),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['/dev/shm', '/tmp'].flatMap((folder) => memory(view, folder)),
    ...['--symlink', '/tmp', '/var/tmp'],
    ...view.shown.flatMap(showing),
    ...further.flatMap((path) => ['--ro-bind-try', path, path]),
    ...launch.writable.flatMap((path) => ['--bind', path, path]),
    ...['--bind', launch.clone.folder, inside.repository, '--bind', launch.clone.home, inside.home],
    ...Object.entries(launch.sockets).flatMap(([port, from]) => ['--ro-bind', from, inside.socketOf(Number(port))]),
    ...(launch.isOpen ? ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : []),
    // `/proc` too: to root its switches (`/proc/sys`, `sysrq-trigger`) are open even without any capability (tried).
    ...['/proc', '/dev', '/'].flatMap((folder) => ['--remount-ro', folder]),
    ...['--chdir', inside.repository, '--'],
  ];
};
