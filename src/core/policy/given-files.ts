import { expandPatterns } from './scope.js';

/** What an agent may be given beside the files its task names one by one. */
export interface GivenLimits {
  readonly count: number;
  readonly bytes: number;
}

/** About 50,000 tokens: what is given is paid for with every message. */
export const givenLimits: GivenLimits = { count: 30, bytes: 200_000 };

export interface GivenFilesOptions {
  /** All files of the commit the agent starts at, with their sizes in bytes. */
  readonly files: ReadonlyMap<string, number>;
  /** Files the request or the task's instructions name. */
  readonly named: readonly string[];
  readonly limits?: GivenLimits;
}

/**
 * The files an agent is given for `patterns`: each plain path, also when missing, and what globs match. Where globs
 * match more than the limits allow, as those of a task over the whole repository do, only what the work is likely to
 * be about: files that are named, then those beside them; where there are none, those nearest to the root.
 */
export const givenFiles = (patterns: readonly string[], options: GivenFilesOptions): readonly string[] => {
  const { files, named, limits = givenLimits } = options;
  const { plain, matched } = expandPatterns(patterns, [...files.keys()]);
  const left: GivenLimits = {
    count: limits.count - plain.length,
    bytes: limits.bytes - plain.reduce((sum, path) => sum + (files.get(path) ?? 0), 0),
  };
  const fits = matched.length <= left.count && sizeOf(matched, files) <= left.bytes;
  return [...plain, ...(fits ? matched : takeWhatFits(likely(matched, [...plain, ...named]), files, left))];
};

const sizeOf = (paths: readonly string[], files: ReadonlyMap<string, number>): number =>
  paths.reduce((sum, path) => sum + (files.get(path) ?? 0), 0);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

const depthOf = (path: string): number => path.split('/').length;

/** The likely ones of `matched`, best first. */
const likely = (matched: readonly string[], about: readonly string[]): readonly string[] => {
  const named = new Set(about);
  const folders = new Set(about.map(folderOf));
  const first = matched.filter((path) => named.has(path));
  const beside = matched.filter((path) => !named.has(path) && folders.has(folderOf(path)));
  const found = [...first, ...beside];
  return found.length > 0 ? found : matched.toSorted((a, b) => depthOf(a) - depthOf(b));
};

/** A file too large for what is left is passed over by smaller ones behind it. */
const takeWhatFits = (
  paths: readonly string[],
  files: ReadonlyMap<string, number>,
  { count, bytes }: GivenLimits,
): readonly string[] => {
  let room = bytes;
  const taken: string[] = [];
  for (const path of paths) {
    const size = files.get(path) ?? 0;
    if (taken.length >= count) break;
    if (size > room) continue;
    room -= size;
    taken.push(path);
  }
  return taken;
};
