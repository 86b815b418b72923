/** A running process group: how to stop it and when it has ended. */
export interface Group {
  readonly pid: number;
  stop(): void;
  /** Sends a signal to all of it at once. */
  send(signal: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

const running = new Set<Group>();

/** Variable that marks every process of a run, for who comes after a killed one. */
export const runVariable = 'AIDER_ORCHESTRATOR_RUN';

let mark: Readonly<Record<string, string>> = {};

/** From now on every group of this process carries `run` in its environment. */
export const markGroups = (run: string): void => {
  mark = { [runVariable]: run };
};

/** What a group is marked with; nothing before `markGroups`. */
export const groupMark = (): Readonly<Record<string, string>> => mark;

/** Sends a signal to a whole process group; a group that is gone already is no error. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left. EPERM (macOS, a group of zombies): nobody is left who could be stopped.
  }
};

/** Notes a group until it has ended, so that `killAll` reaches it. */
export const register = (group: Group): void => {
  running.add(group);
  const forget = (): void => void running.delete(group);
  group.ended.then(forget, forget);
};

/** Stops every group (SIGTERM, then SIGKILL after the grace time) and resolves when all have ended. */
export const killAll = async (): Promise<void> => {
  const groups = [...running];
  groups.forEach((group) => group.stop());
  await Promise.allSettled(groups.map((group) => group.ended));
};

/** SIGKILL to every group at once, without waiting: for an exit handler, where nothing asynchronous runs any more. */
export const killAllNow = (): void => running.forEach((group) => group.send('SIGKILL'));

/** How many groups run now. */
export const runningGroups = (): number => running.size;
