import picomatch from 'picomatch';
import { isGlob } from '../plan/glob-readings.js';

/**
 * Asks of many paths whether each is one of `patterns` (paths or globs), which are compiled once. A pattern that is a
 * path is that path, even where it holds brackets, as route files of some frameworks do.
 */
export const pathMatcher = (patterns: readonly string[]): ((path: string) => boolean) => {
  const names = new Set(patterns);
  const matchesGlob = picomatch(patterns.filter(isGlob), { dot: true });
  return (path) => names.has(path) || matchesGlob(path);
};

/** The same of one path. */
export const matchesAny = (path: string, patterns: readonly string[]): boolean => pathMatcher(patterns)(path);

/** The patterns that are plain paths: collected even where the repository ignores them, since they were planned. */
export const plainPaths = (patterns: readonly string[]): readonly string[] =>
  patterns.filter((pattern) => !isGlob(pattern));

/** Plain paths and what globs match, apart: which pattern is a path may depend on the files there are. */
export interface Expanded {
  readonly plain: readonly string[];
  readonly matched: readonly string[];
}

/** What `patterns` stand for among `files`: each plain path as it is, also when missing, and what globs match. */
export const expandPatterns = (patterns: readonly string[], files: readonly string[]): Expanded => {
  const there = new Set(files);
  const plain = new Set(patterns.filter((pattern) => !isGlob(pattern) || there.has(pattern)));
  const globs = patterns.filter((pattern) => !plain.has(pattern));
  if (globs.length === 0) return { plain: [...plain], matched: [] };
  const matches = pathMatcher(globs);
  return { plain: [...plain], matched: files.filter((file) => !plain.has(file) && matches(file)) };
};

/** The same as one list: all plain paths, then as many of the others as there is room for below `limit`. */
export const expandPaths = (
  patterns: readonly string[],
  files: readonly string[],
  limit: number,
): readonly string[] => {
  const { plain, matched } = expandPatterns(patterns, files);
  return [...plain, ...matched].slice(0, Math.max(limit, plain.length));
};
