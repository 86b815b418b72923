import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files in a folder that may be test reports, each with what tells one state of it from another. */
export type ReportFiles = ReadonlyMap<string, string>;

/** Reports are never there, and these folders hold most files of a checkout. */
const skipped = new Set(['.git', 'node_modules', '.venv', 'venv', '__pycache__', '.cache', '.tox', '.gradle']);
const mayBeReport = /\.(?:xml|tap)$|(?:test|jest|vitest|report|result)[^/]*\.json$/i;
/** A checkout that is larger is not searched to its end. */
const maxFolders = 20_000;

/** Looks through a folder; follows no symbolic link. */
export const findReportFiles = async (root: string): Promise<ReportFiles> => {
  const found = new Map<string, string>();
  const folders = [root];
  for (let at = 0; at < folders.length && at < maxFolders; at += 1) {
    const folder = folders[at] ?? root;
    // What cannot be listed holds nothing for us.
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(path);
      if (entry.isFile() && mayBeReport.test(entry.name)) found.set(path, await stateOf(path));
    }
  }
  return found;
};

/** Nobody but the kernel sets a file's change time, so an old report cannot pass for a new one. */
const stateOf = async (path: string): Promise<string> => {
  const { ino, size, ctimeNs } = await lstat(path, { bigint: true });
  return `${ino} ${size} ${ctimeNs}`;
};

const maxBytes = 5_000_000;
const maxBytesInAll = 20_000_000;
const maxFiles = 500;

/** The texts of what is new or changed between two looks, by path; what is too large is left out. */
export const readChangedReports = async (before: ReportFiles, after: ReportFiles): Promise<readonly string[]> => {
  const changed = [...after].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
  const texts: string[] = [];
  let left = maxBytesInAll;
  for (const path of changed.toSorted().slice(0, maxFiles)) {
    const text = await readReport(path, Math.min(maxBytes, left)).catch(() => undefined);
    if (text === undefined) continue;
    texts.push(text);
    left -= Buffer.byteLength(text);
  }
  return texts;
};

/** Only a plain file: what a test left there may be a link to anything of ours, or a pipe that never ends. */
const readReport = async (path: string, limit: number): Promise<string | undefined> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= limit ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
};
