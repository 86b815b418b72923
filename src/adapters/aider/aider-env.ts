import { join } from 'node:path';

export interface AiderEnvOptions {
  readonly home: string;
  readonly path: string;
  /** The throwaway key and base URLs of the gateway. */
  readonly gateway: Readonly<Record<string, string>>;
  /** Wide enough that Aider wraps nothing that is read. */
  readonly columns?: number;
}

const gitConfig: readonly (readonly [string, string])[] = [
  // Without an identity Aider writes one into `.git/config`, and dies on its lock.
  ['user.name', 'aider-orchestrator'],
  ['user.email', 'aider-orchestrator@localhost'],
  // Git run by Aider must not run what an earlier message left in `.git`.
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
];

/** The whole environment of an Aider process; nothing of our own environment but PATH. */
export const aiderEnv = ({ home, path, gateway, columns = 400 }: AiderEnvOptions): Record<string, string> => ({
  PATH: path,
  LANG: 'C.UTF-8',
  HOME: home,
  TMPDIR: join(home, temporaryFolder),
  COLUMNS: `${columns}`,
  PYTHONUNBUFFERED: '1',
  // Aider keeps file names in sets: their order in a request would be another one at every start.
  PYTHONHASHSEED: '0',
  NO_COLOR: '1',
  BROWSER: 'true',
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_COUNT: `${gitConfig.length}`,
  ...Object.fromEntries(
    gitConfig.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
  ...gateway,
});

/** Below a clone's HOME. */
export const temporaryFolder = '.tmp';
