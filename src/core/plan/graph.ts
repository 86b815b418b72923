/** What the graph functions need of a task. Ids that are not in the list are ignored. */
export interface Node<Id extends string = string> {
  readonly id: Id;
  readonly dependsOn: readonly Id[];
}

/** The ids on a cycle in the order of their dependencies, the first one repeated at the end; undefined if none. */
export const findCycle = <Id extends string>(nodes: readonly Node<Id>[]): readonly Id[] | undefined => {
  const stuck = new Map(nodes.map((node) => [node.id, node]));
  for (const id of topologicalOrder(nodes)) stuck.delete(id);
  const seen: Id[] = [];
  let at = [...stuck.keys()].find((id) => !seen.includes(id));
  while (at !== undefined && !seen.includes(at)) {
    seen.push(at);
    at = stuck.get(at)?.dependsOn.find((id) => stuck.has(id));
  }
  return at === undefined ? undefined : [...seen.slice(seen.indexOf(at)), at];
};

/** Ids with every dependency before its dependants, else in the given order. Ids on or behind a cycle are left out. */
export const topologicalOrder = <Id extends string>(nodes: readonly Node<Id>[]): readonly Id[] => {
  const known = new Set(nodes.map((node) => node.id));
  const done = new Set<Id>();
  const mayCome = (node: Node<Id>): boolean =>
    !done.has(node.id) && node.dependsOn.every((id) => done.has(id) || !known.has(id));
  for (let next = nodes.find(mayCome); next !== undefined; next = nodes.find(mayCome)) done.add(next.id);
  return [...done];
};

/** For every id all ids it waits for, directly or not. Of an acyclic graph. */
export const ancestors = <Id extends string>(nodes: readonly Node<Id>[]): ReadonlyMap<Id, ReadonlySet<Id>> => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<Id, ReadonlySet<Id>>();
  for (const id of topologicalOrder(nodes)) {
    const direct = (byId.get(id)?.dependsOn ?? []).filter((each) => byId.has(each));
    found.set(id, new Set(direct.flatMap((each) => [each, ...(found.get(each) ?? [])])));
  }
  return found;
};

/** For every id its own duration and the longest chain of durations after it, in the unit of `durationOf`. */
export const bottomLevels = <Id extends string, N extends Node<Id>>(
  nodes: readonly N[],
  durationOf: (node: N) => number,
): ReadonlyMap<Id, number> => {
  const levels = new Map<Id, number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const id of topologicalOrder<Id>(nodes).toReversed()) {
    const node = byId.get(id);
    if (node === undefined) continue;
    const after = nodes.filter((each) => each.dependsOn.includes(id)).map((each) => levels.get(each.id) ?? 0);
    levels.set(id, durationOf(node) + Math.max(0, ...after));
  }
  return levels;
};

/** The chain that takes longest from its start to its end, and how long. Empty for an empty graph. */
export const criticalPath = <Id extends string, N extends Node<Id>>(
  nodes: readonly N[],
  durationOf: (node: N) => number,
): { readonly ids: readonly Id[]; readonly length: number } => {
  const levels = bottomLevels<Id, N>(nodes, durationOf);
  const longest = (from: readonly N[]): N | undefined =>
    from.toSorted((a, b) => (levels.get(b.id) ?? 0) - (levels.get(a.id) ?? 0))[0];
  const ids: Id[] = [];
  for (let at = longest(nodes); at !== undefined;) {
    const { id } = at;
    ids.push(id);
    at = longest(nodes.filter((each) => each.dependsOn.includes(id)));
  }
  const [first] = ids;
  return { ids, length: first === undefined ? 0 : (levels.get(first) ?? 0) };
};
