import { patternsOverlap } from '../plan/glob-overlap.js';
import { expandBraces } from '../plan/glob-readings.js';
import { foldName } from './file-name.js';
import { matchesAny } from './scope.js';

/*
 * What a glob of `protected-files` protects, as in a .gitignore: with a slash in it, paths from the root on
 * (`.github/**`, `/README.md`); without one, files of that name in every folder (`.env*`, `CODEOWNERS`).
 */

const fromRoot = (glob: string): string => glob.replace(/^\/+/, '');

const isAnywhere = (glob: string): boolean => !glob.includes('/');

/** Globs for what those without a slash protect below the root. */
export const anywhere = (globs: readonly string[]): readonly string[] =>
  globs.filter(isAnywhere).map((glob) => `**/${glob}`);

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether nobody may change `path`; also in other letters, since where case does not count `.Env` is `.env`. */
export const isProtected = (path: string, globs: readonly string[]): boolean => {
  const roots = globs.map(fromRoot);
  const names = globs.filter(isAnywhere);
  return (
    matchesAny(path, roots) ||
    matchesAny(foldName(path), roots.map(foldName)) ||
    matchesAny(foldName(nameOf(path)), names.map(foldName))
  );
};

/**
 * The glob that keeps a plan from writing `pattern` (a path or a glob), if there is one: it could match a protected
 * path at the root, or its last name is meant for a protected one. A glob that only sweeps over such names, as
 * `docs/**` does over `docs/CODEOWNERS`, may stand: what an agent really changes is judged file by file.
 */
export const guardOf = (pattern: string, globs: readonly string[]): string | undefined =>
  globs.find(
    (glob) =>
      patternsOverlap(pattern, fromRoot(glob)) ||
      (isAnywhere(glob) && lastNames(pattern).some((name) => patternsOverlap(name, glob))),
  );

/** Without those that begin with a wildcard: they are meant for no name. */
const lastNames = (pattern: string): readonly string[] =>
  (expandBraces(pattern) ?? [pattern]).map(nameOf).filter((name) => !/^[*?[!@+(]|^$/.test(name));
