import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { delimiter, join } from 'node:path';
import { failed, success, type Result } from '../../core/result.js';
import { baseEnv } from '../processes/base-env.js';
import type { Place } from '../../ports/place.js';

export interface ProbeOptions {
  readonly place: Place;
  /** Where clones lie. */
  readonly folder: string;
  readonly path: string;
  /** Folders of ours nobody else may come into. */
  readonly closed: readonly string[];
  readonly signal: AbortSignal;
}

/** A port of ours, and how often somebody came. */
interface Door {
  readonly port: number;
  readonly visits: () => number;
  close(): void;
}

/** Undefined where the machine has no such address. */
const openDoor = (host: string): Promise<Door | undefined> =>
  new Promise((resolve) => {
    let visits = 0;
    const server: Server = createServer((visitor) => {
      visits += 1;
      visitor.destroy();
    });
    server.once('error', () => resolve(undefined));
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, visits: () => visits, close: () => void server.close() });
    });
  });

/**
 * Tells who it is, which folders of tools it does not come into and which closed folders it does, and knocks at the
 * doors; the three lists are apart by `--`. git knocks: it is on every machine we work on.
 */
const script = `id -u
grep -E '^(NoNewPrivs|CapEff|CapBnd|Groups|Seccomp):' /proc/self/status
echo made > made
while [ "$1" != -- ]; do [ -x "$1" ] || printf 'shut %s\\n' "$1"; shift; done
shift
while [ "$1" != -- ]; do timeout 5 git ls-remote "git://$1/nothing" < /dev/null > /dev/null 2>&1; shift; done
shift
for folder do
  [ -k "$folder" ] && continue
  if [ -r "$folder" ] || [ -x "$folder" ]; then printf 'open %s\\n' "$folder"; fi
done`;

const doors = async () => {
  const [gateway, other, six] = await Promise.all([openDoor('127.0.0.1'), openDoor('127.0.0.1'), openDoor('::1')]);
  if (gateway === undefined || other === undefined) throw new Error('no port of 127.0.0.1 is free');
  return { gateway, other, six };
};

type Doors = Awaited<ReturnType<typeof doors>>;

const whyNotClosed = ({ gateway, other, six }: Doors): string => {
  if (gateway.visits() === 0) return 'its firewall lets nobody through to the gateway';
  if (other.visits() > 0) return 'its firewall does not keep a port of ours from another user';
  return (six?.visits() ?? 0) > 0 ? 'its firewall does not keep IPv6 from another user' : '';
};

const whyNotNobody = (said: string): string => {
  const isBound = /^NoNewPrivs:\s+1$/m.test(said) && /^Seccomp:\s+2$/m.test(said);
  const isNobody = isBound && /^CapEff:\s+0+$/m.test(said) && /^CapBnd:\s+0+$/m.test(said);
  return isNobody && /^Groups:\s*$/m.test(said) ? '' : `another user keeps rights: ${said.replaceAll('\n', ' ')}`;
};

const namedIn = (said: string, word: string): readonly string[] =>
  said.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

const whyOpen = (said: string): string => {
  const open = namedIn(said, 'open');
  if (open.length === 0) return '';
  return `every user of this machine may look into ${open.join(', ')} (\`chmod o-rwx ${open.join(' ')}\` closes it)`;
};

/**
 * Tries all that is promised, by a launch like any other: who it is, what it reaches, what it may look into, and that
 * its work comes back. Gives the folders of tools that are shut to it, or what of it does not hold.
 */
export const probe = async (options: ProbeOptions): Promise<Result<readonly string[], string>> => {
  const { place, folder, path, closed, signal } = options;
  const around = join(folder, 'probe');
  const clone = { id: 'probe', folder: join(around, 'repository'), home: join(around, 'home'), commit: '' };
  await mkdir(around, { mode: 0o700 });
  await Promise.all([mkdir(clone.folder), mkdir(join(clone.home, '.tmp'), { recursive: true })]);
  await writeFile(join(clone.folder, 'given'), '');
  const opened = await doors();
  const tools = [...new Set(path.split(delimiter))].filter((each) => each.startsWith('/') && existsSync(each));
  const addresses = [
    ...[opened.gateway, opened.other].map(({ port }) => `127.0.0.1:${port}`),
    ...(opened.six === undefined ? [] : [`[::1]:${opened.six.port}`]),
  ];
  try {
    const ended = await place.run(clone, {
      ...{ command: '/bin/sh', args: ['-c', script, 'probe', ...tools, '--', ...addresses, '--', ...closed] },
      env: { ...baseEnv({ home: place.homeOf(clone), path }), GIT_CONFIG_NOSYSTEM: '1' },
      ...{ network: { ports: [opened.gateway.port] }, timeoutMs: 30_000, signal, maxOutputBytes: 8_000 },
    });
    if (ended.exitCode !== 0)
      return failed(ended.spawnError ?? (ended.stderr.trim() || 'nothing runs as another user'));
    const made = await readFile(join(clone.folder, 'made'), 'utf8').catch(() => '');
    if (made !== 'made\n') return failed('what another user writes does not come back');
    const why = whyNotNobody(ended.stdout) || whyNotClosed(opened) || whyOpen(ended.stdout);
    return why === '' ? success(namedIn(ended.stdout, 'shut')) : failed(why);
  } finally {
    for (const door of [opened.gateway, opened.other, opened.six]) door?.close();
    await rm(around, { recursive: true, force: true });
  }
};
