import picomatch from 'picomatch';

const isGlob = (pattern: string): boolean => picomatch.scan(pattern).isGlob;

/** Whether a repository path is one of `patterns` (paths or globs). A pattern that is a path is that path, even where
 * it holds brackets, as route files of some frameworks do. */
export const matchesAny = (path: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => pattern === path || (isGlob(pattern) && picomatch.isMatch(path, pattern, { dot: true })));

/** The patterns that are plain paths: collected even where the repository ignores them, since they were planned. */
export const plainPaths = (patterns: readonly string[]): readonly string[] =>
  patterns.filter((pattern) => !isGlob(pattern));

/** The files an agent is given for `patterns`: each plain path as it is, also when missing, and what globs match. */
export const expandPaths = (
  patterns: readonly string[],
  files: readonly string[],
  limit: number,
): readonly string[] => {
  const plain = patterns.filter((pattern) => !isGlob(pattern) || files.includes(pattern));
  const globs = patterns.filter((pattern) => !plain.includes(pattern));
  const matched = files.filter((file) => !plain.includes(file) && matchesAny(file, globs));
  return [...new Set([...plain, ...matched])].slice(0, Math.max(limit, plain.length));
};
