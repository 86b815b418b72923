import { totalmem } from 'node:os';

/** What one launch may use. */
export interface Limits {
  /** Processes and threads at once. */
  readonly processes: number;
  /** Of one process: its heap and other private memory, bytes. Node alone takes some hundred MB of it for its code. */
  readonly memoryBytes: number;
  /** Of all its processes, where the machine lets us set it. */
  readonly totalMemoryBytes: number;
  /** Of one file. */
  readonly fileBytes: number;
  readonly openFiles: number;
  /** Of `/tmp` and `/dev/shm`, each; they are memory. */
  readonly temporaryBytes: number;
}

const gibibyte = 2 ** 30;

/** Ample for compilers and test runners, and not enough to take the machine down. */
export const defaultLimits = (machineBytes: number = totalmem()): Limits => ({
  processes: 1024,
  memoryBytes: Math.max(2 * gibibyte, Math.min(8 * gibibyte, Math.floor(machineBytes / 2))),
  totalMemoryBytes: Math.max(gibibyte, Math.floor(machineBytes * 0.75)),
  fileBytes: 2 * gibibyte,
  openFiles: 8192,
  temporaryBytes: Math.min(gibibyte, Math.floor(machineBytes / 8)),
});

/**
 * Sets the limits and becomes the command; `$0` marks a line that says it could not. dash says `-p` where bash says `-u`; a hard limit below ours stays.
 */
export const limitScript = ({ processes, memoryBytes, fileBytes, openFiles }: Limits): string =>
  [
    'ulimit -c 0',
    `ulimit -n ${openFiles}`,
    `ulimit -d ${Math.floor(memoryBytes / 1024)}`,
    `ulimit -f ${Math.floor(fileBytes / 512)}`,
    `ulimit -u ${processes} || ulimit -p ${processes}`,
  ]
    .map((line) => `{ ${line}; } 2>/dev/null`)
    .concat('exec "$@"')
    .join('\n');
