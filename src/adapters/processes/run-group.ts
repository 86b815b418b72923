import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import type { Ended, Extension, Launch } from '../../ports/place.js';
import { groupMark, register, signalGroup } from './groups.js';
import { type TailBuffer, tailBuffer } from './tail-buffer.js';

/** A launch and the real folder it starts in. */
export interface GroupLaunch extends Omit<Launch, 'writable' | 'readable' | 'network'> {
  readonly cwd: string;
  /** Where it is to be talked to: its standard input and output, as soon as it has begun. */
  readonly talk?: (lines: { readonly input: Writable; readonly output: Readable }) => void;
  /** How a signal reaches all of it where we may not send one to the group, which is another user's. */
  readonly reach?: (signal: NodeJS.Signals) => void;
}

/** Between SIGTERM and SIGKILL. */
const graceMs = 2_000;
/** How long the pipes may stay open after the whole group was killed; a process that escaped may hold them. */
const drainMs = 500;

interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

const start = (launch: GroupLaunch) =>
  execa(launch.command, launch.args, {
    cwd: launch.cwd,
    env: { ...launch.env, ...groupMark() },
    extendEnv: false,
    // A group of its own: execa's `timeout` and `cancelSignal` would miss grandchildren (3,010 ms for 300 ms).
    detached: true,
    cleanup: false,
    stdin: launch.talk === undefined ? 'ignore' : 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });

type Child = ReturnType<typeof start>;

const notStarted = (message: string): Ended => ({
  exitCode: null,
  signal: null,
  killedBy: null,
  spawnError: message,
  stdout: '',
  stderr: '',
  output: '',
  durationMs: 0,
});

const keep = (child: Child, launch: GroupLaunch): Record<'stdout' | 'stderr' | 'output', TailBuffer> => {
  const tail = { maxBytes: launch.maxOutputBytes, redact: launch.redact };
  const kept = { stdout: tailBuffer(tail), stderr: tailBuffer(tail), output: tailBuffer(tail) };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      kept[name].push(chunk);
      kept.output.push(chunk);
    });
    // A pipe that breaks while its group is killed is no event of its own.
    child[name]?.on('error', () => undefined);
  }
  return kept;
};

const exitOf = (child: Child): Promise<Exit> =>
  new Promise((resolve) => {
    child.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal }));
  });

/** Bytes a child wrote so far. */
const outputOf = (child: Child): (() => number) => {
  let bytes = 0;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (bytes += chunk.length));
  return () => bytes;
};

type Limited = Pick<Launch, 'timeoutMs' | 'onSlow' | 'signal' | 'extension'>;

/**
 * Calls `stop` on time-out, an extension included, and on abort; the first of them is the reason. `output` tells the
 * bytes written so far, of which more is progress.
 */
export const watch = (launch: Limited, stop: () => void, output: () => number = () => 0) => {
  let killedBy: Ended['killedBy'] = null;
  let closed = false;
  const end = (why: 'timeout' | 'cancel') => () => {
    killedBy ??= why;
    stop();
  };
  const cancel = end('cancel');
  const timeOut = end('timeout');
  const startedAt = performance.now();
  let outputAtHalf = 0;
  const half = setTimeout(() => {
    outputAtHalf = output();
    launch.onSlow?.(performance.now() - startedAt);
  }, launch.timeoutMs / 2);
  const extendOrStop = async ({ ms, progressed, onExtended }: Extension): Promise<void> => {
    const goesOn = output() > outputAtHalf || (await progressed().catch(() => false));
    if (closed || killedBy !== null) return;
    if (!goesOn) return timeOut();
    full = setTimeout(timeOut, ms);
    onExtended();
  };
  const { extension } = launch;
  const atFull = extension === undefined ? timeOut : () => void extendOrStop(extension);
  let full = setTimeout(atFull, launch.timeoutMs);
  launch.signal.addEventListener('abort', cancel, { once: true });
  return {
    close: (): Ended['killedBy'] => {
      closed = true;
      clearTimeout(half);
      clearTimeout(full);
      launch.signal.removeEventListener('abort', cancel);
      return killedBy;
    },
  };
};

const drained = async (child: Child): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)));
  await Promise.race([child.then(() => undefined), late]);
  clearTimeout(timer);
  child.stdout?.destroy();
  child.stderr?.destroy();
};

/**
 * Runs a command as the leader of its own process group, with exactly the environment given and no input, and
 * resolves when no member of the group is left. At full time (after its extension, where it
 * got one), or on abort: SIGTERM to the group, SIGKILL 2 s later.
 * What is left of the group when the command ends by itself is killed too. `afterExit` runs before the output is
 * closed, to end processes that left the group. Never rejects.
 */
export const runGroup = async (launch: GroupLaunch, afterExit?: () => Promise<void>): Promise<Ended> => {
  if (launch.signal.aborted) return { ...notStarted(''), spawnError: null, killedBy: 'cancel' };
  const startedAt = performance.now();
  const child = start(launch);
  const pid = child.pid;
  if (pid === undefined) return notStarted((await child).shortMessage ?? `${launch.command} could not be started`);
  const kept = keep(child, launch);
  if (child.stdin !== null && child.stdout !== null) launch.talk?.({ input: child.stdin, output: child.stdout });
  const exited = exitOf(child);
  let kill: NodeJS.Timeout | undefined;
  const send = launch.reach ?? ((signal: NodeJS.Signals): void => signalGroup(pid, signal));
  const stop = (): void => {
    send('SIGTERM');
    kill ??= setTimeout(() => send('SIGKILL'), graceMs);
  };
  const watcher = watch(launch, stop, outputOf(child));
  const finish = async (): Promise<Ended> => {
    const { code, signal } = await exited;
    const killedBy = watcher.close();
    clearTimeout(kill);
    signalGroup(pid, 'SIGKILL');
    await afterExit?.();
    await drained(child);
    const texts = { stdout: kept.stdout.text(), stderr: kept.stderr.text(), output: kept.output.text() };
    return { exitCode: code, signal, killedBy, spawnError: null, ...texts, durationMs: performance.now() - startedAt };
  };
  const ended = finish();
  register({ pid, stop, send, ended });
  return ended;
};
