import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../../ports/repository.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Files of a repository in which its package managers are told where to fetch from. */
const ofRepository = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'pip.conf',
  'pyproject.toml',
  'Pipfile',
  '.cargo/config.toml',
];

export interface Registries {
  /** What the configuration files say, at base and on this machine. */
  readonly configurations: readonly string[];
  /** For a set-up that does not see the user's own files: what they say, as variables, without credentials. */
  readonly env: Readonly<Record<string, string>>;
}

const hasCredentials = (value: string): boolean => /\/\/[^/\s]*@/.test(value);

const firstOf = (text: string, key: RegExp): string | undefined => {
  const value = key.exec(text)?.[1]?.trim();
  return value === undefined || hasCredentials(value) ? undefined : value;
};

/** Reads them once, from the commit the work starts at: an agent that changes them opens no host. */
export const readRegistries = async (repository: Repository, outer: Env): Promise<Registries> => {
  const home = outer['HOME'] ?? '/';
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const [npm, pip, ...own] = await Promise.all([
    read(outer['NPM_CONFIG_USERCONFIG'] ?? outer['npm_config_userconfig'] ?? join(home, '.npmrc')),
    Promise.all(
      [join(home, '.config/pip/pip.conf'), join(home, '.pip/pip.conf'), '/etc/pip.conf', '/etc/xdg/pip/pip.conf'].map(
        read,
      ),
    ),
    ...ofRepository.map(async (path) => (await repository.readFile(repository.base.sha, path, 200_000)) ?? ''),
  ]);
  const registry = firstOf(npm, /^registry\s*=\s*(\S+)/m);
  const index = pip.map((text) => firstOf(text, /^\s*index-url\s*=\s*(\S+)/m)).find((each) => each !== undefined);
  return {
    configurations: [npm, ...pip, ...own],
    env: {
      ...(registry === undefined ? {} : { npm_config_registry: registry }),
      ...(index === undefined ? {} : { PIP_INDEX_URL: index }),
    },
  };
};
