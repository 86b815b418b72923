/** Paths that are gone, each list told by comparing two trees. */
export interface Gone {
  /** In our side, not in the merge. */
  readonly ours: readonly string[];
  /** In their side, not in the merge. */
  readonly theirs: readonly string[];
  /** In the common ancestor, not in our side: what we deleted or moved. */
  readonly byUs: readonly string[];
  /** In the common ancestor, not in their side. */
  readonly byThem: readonly string[];
}

/**
 * Files that vanished in a merge though neither side deleted them; sorted, each once. A file of one side may be missing
 * from the merge only where the other side deleted it. Empty for every merge that is sound.
 */
export const lostFiles = ({ ours, theirs, byUs, byThem }: Gone): readonly string[] => {
  const [we, they] = [new Set(byUs), new Set(byThem)];
  const lost = [...ours.filter((path) => !they.has(path)), ...theirs.filter((path) => !we.has(path))];
  return [...new Set(lost)].toSorted();
};
