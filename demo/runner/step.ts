import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export interface StepOptions {
  readonly node: string;
  readonly entry: string;
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  readonly cancelWaits?: CancelWaits;
}

/** How long a cancelled step has after SIGINT, and after SIGTERM, ms. The runner's: 7,500 and 2,500. */
export interface CancelWaits {
  readonly interruptMs: number;
  readonly terminateMs: number;
}

const runnerWaits: CancelWaits = { interruptMs: 7500, terminateMs: 2500 };

export interface StepEnd {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Highest resident size seen of the process itself, kB; Linux only. Its children are not in it. */
  readonly maxRssKb?: number;
}

/** One `node` process of an action, leader of its own group. */
export interface Step {
  readonly pid: number;
  readonly ended: Promise<StepEnd>;
  /** To the process alone, as the runner does. */
  kill(signal: NodeJS.Signals): void;
  /** As the platform cancels: SIGINT, then SIGTERM, at last the whole group is killed. */
  cancel(): void;
}

/** Starts an entry file as the runner does. Throws when it cannot be started at all. */
export const startStep = (options: StepOptions): Step => {
  const startedAt = performance.now();
  const child = spawn(options.node, [options.entry], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.node} could not be started`);
  const over = new AbortController();
  killWhenWeEnd(pid, over.signal);
  const memory = watchMemory(pid, over.signal);
  const stdout = collect(child.stdout, (line) => options.onLine?.(line, 'stdout'));
  const stderr = collect(child.stderr, (line) => options.onLine?.(line, 'stderr'));
  const ended = new Promise<StepEnd>((resolve) => {
    child.on('close', (exitCode, signal) => {
      over.abort();
      const durationMs = performance.now() - startedAt;
      const peak = memory();
      const rss = peak === undefined ? {} : { maxRssKb: peak };
      resolve({ exitCode, signal, stdout: stdout(), stderr: stderr(), durationMs, ...rss });
    });
  });
  return {
    pid,
    ended,
    kill: (signal) => void child.kill(signal),
    cancel: () => {
      const kill = (signal: NodeJS.Signals): boolean => child.kill(signal);
      void cancel({ kill, pid, over: over.signal, waits: options.cancelWaits ?? runnerWaits });
    },
  };
};

/** No child outlives us, whatever ends us. */
const killWhenWeEnd = (pid: number, over: AbortSignal): void => {
  const kill = (): void => void killGroup(pid);
  process.once('exit', kill);
  over.addEventListener('abort', () => {
    process.off('exit', kill);
  });
};

interface Cancelling {
  readonly kill: (signal: NodeJS.Signals) => boolean;
  readonly pid: number;
  readonly over: AbortSignal;
  readonly waits: CancelWaits;
}

const cancel = async ({ kill, pid, over, waits }: Cancelling): Promise<void> => {
  const steps = [
    { act: () => kill('SIGINT'), waitMs: waits.interruptMs },
    { act: () => kill('SIGTERM'), waitMs: waits.terminateMs },
    { act: () => killGroup(pid), waitMs: 0 },
  ];
  for (const { act, waitMs } of steps) {
    if (over.aborted) return;
    act();
    await delay(waitMs, undefined, { signal: over }).catch(() => undefined);
  }
};

/** Kills a group; false when nothing was left of it. */
export const killGroup = (pid: number): boolean => {
  try {
    return process.kill(-pid, 'SIGKILL');
  } catch {
    return false;
  }
};

const collect = (stream: Readable, onLine: (line: string) => void): (() => string) => {
  let all = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    all += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  return () => all;
};

/** Samples VmHWM, the kernel's own high-water mark, so that a slow pace loses little. */
const watchMemory = (pid: number, over: AbortSignal): (() => number | undefined) => {
  let peak: number | undefined;
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
    const found = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    if (found !== undefined) peak = Math.max(peak ?? 0, Number(found));
  };
  const timer = setInterval(() => void look(), 100);
  timer.unref();
  over.addEventListener('abort', () => {
    clearInterval(timer);
  });
  return () => peak;
};
