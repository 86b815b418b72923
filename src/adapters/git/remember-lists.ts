/** As many commits as tasks start from at once; a list of 10,000 paths takes about a megabyte. */
const kept = 4;

const isFullId = (commit: string): boolean => /^[0-9a-f]{40}$/.test(commit);

/** Lists of files by commit. What a full id names never changes: the last few are kept, and asked for once. */
export const rememberLists = (
  list: (commit: string) => Promise<readonly string[]>,
): ((commit: string) => Promise<readonly string[]>) => {
  const known = new Map<string, Promise<readonly string[]>>();
  return (commit) => {
    if (!isFullId(commit)) return list(commit);
    const listed = known.get(commit) ?? list(commit);
    known.delete(commit);
    known.set(commit, listed);
    listed.catch(() => known.delete(commit));
    for (const oldest of [...known.keys()].slice(0, -kept)) known.delete(oldest);
    return listed;
  };
};
