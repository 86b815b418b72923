import { join } from 'node:path';

/** Paths as a process in the sandbox sees them; the same for every clone of every run. */
const top = '/sandbox';

export const inside = {
  repository: `${top}/repository`,
  home: `${top}/home`,
  node: `${top}/tools/node`,
  relay: `${top}/tools/relay.cjs`,
  socketOf: (port: number): string => join(top, 'tools', `${port}.sock`),
} as const;
