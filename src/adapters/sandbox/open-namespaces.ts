import { readFile } from 'node:fs/promises';
import { findExecutable, type Surroundings } from '../processes/ensure-program.js';
import { runGroup } from '../processes/run-group.js';

/** Settings that close user namespaces to who is not root, and the value that opens them. */
const gates = [
  // Ubuntu from 23.10, also on GitHub's runners.
  { name: 'kernel.apparmor_restrict_unprivileged_userns', closed: '1', open: '0' },
  // Debian's own, before 11.
  { name: 'kernel.unprivileged_userns_clone', closed: '0', open: '1' },
] as const;

type Gate = (typeof gates)[number];

/** The first gate that is shut on this machine; `folder` is `/proc/sys`. */
export const findShutGate = async (folder = '/proc/sys'): Promise<Gate | undefined> => {
  const values = await Promise.all(
    gates.map(({ name }) => readFile(`${folder}/${name.replace('.', '/')}`, 'utf8').catch(() => '')),
  );
  return gates.find(({ closed }, n) => values[n]?.trim() === closed);
};

/** The command that opens a gate, for us to run and for a person to read. */
export const openingCommand = ({ name, open }: Gate): string => `sudo sysctl -w ${name}=${open}`;

export interface OpenNamespacesOptions extends Surroundings {
  /** `/proc/sys`, unless in a test. */
  readonly settings?: string;
}

/**
 * Opens user namespaces where a setting of the kernel keeps them shut and sudo asks for no password, as on GitHub's
 * own runners, whose machine is thrown away after the job. Says what was done; undefined when nothing was.
 */
export const openNamespaces = async (options: OpenNamespacesOptions): Promise<string | undefined> => {
  const { env, signal, settings } = options;
  const gate = await findShutGate(settings);
  const path = env['PATH'] ?? '';
  const sudo = await findExecutable('sudo', path);
  if (gate === undefined || sudo === undefined) return undefined;
  const ended = await runGroup({
    ...{ command: sudo, args: ['-n', 'sysctl', '-q', '-w', `${gate.name}=${gate.open}`], env: { PATH: path } },
    ...{ cwd: '/', timeoutMs: 15_000, signal, maxOutputBytes: 2_000 },
  });
  return ended.exitCode === 0 ? `User namespaces were shut here and were opened: ${openingCommand(gate)}` : undefined;
};
