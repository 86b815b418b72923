import { foldersOf } from './folders-of.js';
import { patternsOverlap } from './glob-overlap.js';
import { expandBraces, isGlob } from './glob-readings.js';

/** The files of a repository and every folder above one of them, to be asked about many paths. */
export interface KnownPaths {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

/** Reads the folders off the paths of all files. */
export const knownPaths = (files: readonly string[]): KnownPaths => ({
  files: new Set(files),
  folders: new Set(files.flatMap(foldersOf)),
});

const nothingKnown: KnownPaths = knownPaths([]);

/**
 * A plan's path or glob in the one form it is kept in: without `./` in front, and a folder (by its trailing slash, or
 * since something is known to lie below it) as everything below it.
 */
export const normalisePath = (path: string, { files, folders }: KnownPaths = nothingKnown): string => {
  const bare = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (bare === '') return path;
  return path.endsWith('/') || (!files.has(bare) && folders.has(bare)) ? `${bare}/**` : bare;
};

const longest = 1_000;

/**
 * What is wrong with a path or glob a plan names, as the end of a sentence beginning with "must"; undefined when it
 * stays inside the repository and out of `.git`, on every file system.
 */
export const pathFault = (path: string): string | undefined => {
  if (path.trim() === '') return 'name a file';
  if (path.length > longest) return `have at most ${longest} characters`;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)) return 'have no control or invisible characters';
  if (path.includes('\\')) return 'use / and no backslash';
  if (/^[/~]|^[a-z]:/i.test(path)) return 'be relative to the repository';
  if (/^[-!]/.test(path)) return 'not begin with - or !';
  if (/(^|[/{,])\.\.?($|[/},])/.test(path)) return 'stay inside the repository, without . or ..';
  const alternatives = /[{}]/.test(path) ? expandBraces(path) : [path];
  return alternatives === undefined
    ? 'have fewer or paired braces'
    : alternatives.map(partsFault).find((fault) => fault !== undefined);
};

const partsFault = (path: string): string | undefined => {
  const names = path.split('/');
  if (names.includes('')) return 'have no empty part';
  return names.some(meansGit) ? 'stay out of .git' : undefined;
};

/** Names that some file system takes for `.git`, and globs made to match it. A bare `*` never does: git sees to it. */
const meansGit = (name: string): boolean =>
  /^(\.git|git~\d+)[ .]*(:.*)?$/i.test(name) || (/^[.[]/.test(name) && isGlob(name) && patternsOverlap(name, '.git'));
