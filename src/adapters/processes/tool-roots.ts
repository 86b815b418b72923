import { existsSync } from 'node:fs';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where tool chains lie. No caches and no settings: CARGO_HOME, GRADLE_USER_HOME and their like hold tokens, and each
 * clone has its own below its HOME.
 */
const asGiven = ['NVM_DIR', 'GOROOT', 'JAVA_HOME', 'DOTNET_ROOT', 'ANDROID_HOME', 'ANDROID_SDK_ROOT'] as const;

/** Version managers whose commands on PATH are shims that look for the tools here, by default below HOME. */
const managers = {
  RUSTUP_HOME: '.rustup',
  PYENV_ROOT: '.pyenv',
  RBENV_ROOT: '.rbenv',
  VOLTA_HOME: '.volta',
  ASDF_DATA_DIR: '.asdf',
  MISE_DATA_DIR: '.local/share/mise',
} as const;

/**
 * The variables by which tools on PATH find themselves, for a process whose HOME is another: as they are set in
 * `outer`, else where the outer HOME has them.
 */
export const toolRoots = (outer: Env): Record<string, string> => {
  const given = asGiven.flatMap((name) => (outer[name] ? [[name, outer[name]] as const] : []));
  const found = Object.entries(managers).flatMap(([name, folder]) => {
    const root = outer[name] || rootInHome(outer['HOME'], folder);
    return root === undefined ? [] : [[name, root] as const];
  });
  return Object.fromEntries([...given, ...found]);
};

const rootInHome = (home: string | undefined, folder: string): string | undefined =>
  home !== undefined && home !== '' && existsSync(join(home, folder)) ? join(home, folder) : undefined;
