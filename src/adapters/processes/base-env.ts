import { join } from 'node:path';

export interface BaseEnvOptions {
  /** HOME as the process sees it; its temporary files go to `<home>/.tmp`, which every clone's HOME has. */
  readonly home: string;
  /** The PATH of the orchestrator. */
  readonly path: string;
}

/** Name of the folder for temporary files below a clone's HOME. */
export const tmpFolder = '.tmp';

/**
 * The environment every child begins with: nothing of the orchestrator's own but PATH. Callers add their few
 * variables, e.g. those of aider.md's call.
 */
export const baseEnv = ({ home, path }: BaseEnvOptions): Record<string, string> => ({
  PATH: path,
  LANG: 'C.UTF-8',
  HOME: home,
  TMPDIR: join(home, tmpFolder),
});
