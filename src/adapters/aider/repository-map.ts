import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clone } from '../../ports/repository.js';
import { quietArgs } from './aider-args.js';
import { aiderEnv } from './aider-env.js';
import type { Host } from './host.js';
import { newMessageFiles } from './message-files.js';
import { takeSeat } from './seat.js';
import { disarm, removeLeavings } from './traps.js';

export interface MapOptions {
  readonly clone: Clone;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

/**
 * The plan waits for it. Aider takes 4 s to start, reads some 30 to 100 files a second and then ranks every reference
 * against every definition (measured: 12 s of CPU at 1,000 files, 35 s and gigabytes where names repeat a lot).
 */
const defaultTimeoutMs = 10_000;
// Any name does: no request is made. It only picks a tokenizer.
const anyModel = 'openai/repository-map';

/**
 * Aider's own map of a clone (files and their important definitions), '' on any trouble and where it is not ready in
 * time. Needs no key and no network, and leaves nothing in the clone.
 */
export const makeRepositoryMap = async (host: Host, options: MapOptions): Promise<string> => {
  try {
    return await makeMap(host, options);
  } catch {
    return '';
  } finally {
    await removeLeavings(options.clone).catch(() => undefined);
  }
};

const makeMap = async (host: Host, { clone, maxTokens, signal }: MapOptions): Promise<string> => {
  const startedAt = performance.now();
  const seat = await takeSeat(host, clone, join(host.runFolder, 'agents', 'repository-map'));
  const files = await newMessageFiles(seat.folder);
  await disarm(clone);
  await writeFile(files.models, await host.metadata.render([anyModel]));
  const waitedMs = performance.now() - startedAt;
  const ended = await seat.run({
    command: host.installation.command,
    args: [
      ...['--model', anyModel, '--weak-model', anyModel],
      ...quietArgs(files),
      ...['--model-metadata-file', files.models],
      ...['--map-tokens', `${maxTokens}`],
      // Without files in the chat Aider would make it eight times as long.
      ...['--map-multiplier-no-files', '1'],
      '--show-repo-map',
    ],
    env: aiderEnv({
      home: host.place.homeOf(clone),
      path: host.path,
      gateway: { OPENAI_API_KEY: 'none' },
      columns: 100_000,
    }),
    writable: [files.folder],
    readable: host.installation.roots,
    timeoutMs: Math.max(1, (host.mapTimeoutMs ?? defaultTimeoutMs) - waitedMs),
    signal,
    maxOutputBytes: 1_000_000,
  });
  await rm(files.folder, { recursive: true, force: true });
  return ended.exitCode === 0 ? mapIn(ended.stdout) : '';
};

/** The map in what Aider prints: after its own three lines of introduction. */
export const mapIn = (stdout: string): string => {
  const start = /^Here are summaries of some files present in my git repository\.$/m.exec(stdout);
  if (start === null) return '';
  const introduction = /^If you need to edit any of these files, .*$/m;
  return stdout.slice(start.index).split(introduction)[1]?.trim() ?? '';
};
