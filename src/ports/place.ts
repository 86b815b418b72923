import type { Isolation } from '../core/isolation.js';
import type { Clone } from './repository.js';

/** A child process to be: its whole environment (nothing is inherited), its limits, and how to stop it. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders outside the clone it may write, e.g. that of its logs. */
  readonly writable?: readonly string[];
  /** Folders and files outside the clone it may read beside the machine's tools, e.g. where its program lies. */
  readonly readable?: readonly string[];
  /** What it reaches over the network; by default nothing. */
  readonly network?: Network;
  readonly timeoutMs: number;
  /** Called once when half the time has gone. */
  readonly onSlow?: (elapsedMs: number) => void;
  /** More time, given once at full time where it still makes progress. */
  readonly extension?: Extension;
  readonly signal: AbortSignal;
  /** Of each of stdout and stderr the last so many bytes are kept. */
  readonly maxOutputBytes: number;
  /** Takes secrets out of what is kept, before it is cut to `maxOutputBytes`. */
  readonly redact?: (text: string) => string;
}

/** `onExtended` is told when it is given. Output since half time is progress; what else is, `progressed` knows. */
export interface Extension {
  readonly ms: number;
  readonly progressed: () => Promise<boolean>;
  readonly onExtended: () => void;
}

/** Ports of ours on 127.0.0.1, under the same address inside, and nothing else; or all that the machine reaches. */
export type Network = { readonly ports: readonly number[] } | 'open';

/** How it ended: exit code, signal and time-out are results, never exceptions. `spawnError` when it never began. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly killedBy: 'timeout' | 'cancel' | null;
  readonly spawnError: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came, kept the same way. */
  readonly output: string;
  readonly durationMs: number;
}

/**
 * Where the processes of clones run. Each leads its own group and no member of the group outlives it.
 *
 * `sandbox`: a process sees the tools of the machine, its clone and what its launch names, reaches what its launch
 * names, and every clone appears at the same path, the one set-up ran at. `user`: a process of another user, who owns
 * its clone and nothing else, sees what every user of the machine sees, and reaches what its launch names; each clone at
 * its own path. `none`: a process of this machine and user like any other, with each clone at its own path.
 */
export interface Place {
  readonly level: Isolation;
  /** The path of the clone, and of its HOME, as its own processes see them. */
  pathOf(clone: Clone): string;
  homeOf(clone: Clone): string;
  /** Runs with the clone as working folder. */
  run(clone: Clone, launch: Launch): Promise<Ended>;
  /** Whether its processes come to a program of the machine. Absent where they see whatever a launch names. */
  reaches?(path: string): Promise<boolean>;
  /**
   * Starts a process ahead of the clone it will work in. Absent where a clone has a path of its own, which nobody can
   * know before it is there.
   */
  standBy?(launch: StandbyLaunch): Promise<Standby>;
  /** Ends what stands by in a clone that is about to be thrown away. */
  leave?(clone: Clone): Promise<void>;
}

/** A process that is to wait for its clone. At its start clone and HOME are empty folders, at the paths as ever. */
export interface StandbyLaunch extends Pick<Launch, 'command' | 'args' | 'readable' | 'signal'> {
  /** Its environment, for HOME as it sees it. */
  readonly env: (home: string) => Readonly<Record<string, string>>;
  /** A folder of its own for what it writes beside clone and HOME, at its own path. */
  readonly writable: string;
  /**
   * Ports of ours it may reach. Nothing listens on them inside: `SANDBOX_SOCKETS` in its environment names the unix
   * socket of each, `<port>=<path>` joined by commas.
   */
  readonly ports: readonly number[];
}

/** Spoken to by lines, one for one. */
export interface Standby {
  /** Moves into its clone: from now on the clone's files are where the process sees them. Once. Throws when it cannot. */
  moveIn(clone: Clone): Promise<void>;
  say(line: string): void;
  /** The next line it says; undefined when it has ended. */
  hear(): Promise<string | undefined>;
  /** Ends it and everything it started. */
  end(): Promise<Ended>;
  readonly ended: Promise<Ended>;
}
