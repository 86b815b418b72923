import { link, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { AiderInstallation } from './installation.js';
import { isExecutable } from './on-path.js';

const Marker = z.strictObject({
  command: z.string(),
  python: z.string(),
  version: z.string(),
  pricesFile: z.string(),
  roots: z.array(z.string()),
});

/** Where the marker of a finished installation lies: the folder itself holds a venv, which cannot be moved. */
export const markerFile = (toolCache: string, version: string, python: string): string =>
  join(toolCache, `aider-${version}-${process.platform}-${process.arch}-py${python}.complete.json`);

/**
 * The installation a marker names, without starting a process: its script, its price table and its interpreter are
 * there. Undefined when it is not finished, or was moved or damaged since.
 */
export const readInstalled = async (marker: string): Promise<AiderInstallation | undefined> => {
  try {
    const found = Marker.parse(JSON.parse(await readFile(marker, 'utf8')));
    await Promise.all([found.pricesFile, found.python].map((file) => realpath(file)));
    const runs = (await isExecutable(found.command)) && (await isExecutable(found.python));
    return runs && (await pointsInto(found)) ? found : undefined;
  } catch {
    return undefined;
  }
};

// A cache restored under another path still names the old interpreter in the script's first line.
const pointsInto = async (found: AiderInstallation): Promise<boolean> =>
  (await readFile(found.command, 'utf8')).includes(found.python);

/** Publishes a finished installation. Of two that finish at once the first stays: its marker is given back. */
export const publish = async (marker: string, installation: AiderInstallation): Promise<AiderInstallation> => {
  const draft = `${marker}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(installation));
  try {
    await link(draft, marker);
  } catch {
    const other = await readInstalled(marker);
    if (other !== undefined) return other;
    await rename(draft, marker);
  } finally {
    await rm(draft, { force: true });
  }
  return installation;
};
