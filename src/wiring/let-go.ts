import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { letGoLeftover } from '../adapters/other-user/leftover.js';
import { ownerOf } from '../adapters/processes/owner.js';
import type { Env } from './env.js';
import { runFolderOf } from './places.js';

/** What killed runs held of this machine beside their folders; a run whose process is there holds it still. */
export const letGoLeftovers = async (temp: string, env: Env): Promise<void> => {
  for (const runId of await readdir(join(temp, 'aider-orchestrator')).catch(() => [])) {
    const runFolder = runFolderOf(temp, runId);
    if ((await ownerOf(runFolder)) === undefined) await letGoLeftover(runFolder, env['PATH'] ?? '');
  }
};
