type Predicates = Readonly<Record<string, (input: never) => void | Promise<void>>>;

/** One attack: what is put in, and the predicate of its group that must hold of what comes of it. */
export type Vector<P extends Predicates> = {
  readonly [Name in keyof P]: { readonly id: string; readonly holds: Name; readonly input: Parameters<P[Name]>[0] };
}[keyof P];

/** Attacks of one kind, and the module that owns the rule against them. */
export interface Group {
  readonly name: string;
  readonly owner: string;
  readonly vectors: readonly { readonly id: string; readonly run: () => void | Promise<void> }[];
}

/** A group: its predicates are real checks that throw, its vectors plain data. */
export const group = <P extends Predicates>(
  name: string,
  { owner, predicates, vectors }: { owner: string; predicates: P; vectors: readonly Vector<P>[] },
): Group => ({
  name,
  owner,
  vectors: vectors.map(({ id, holds, input }) => ({ id, run: () => predicates[holds]?.(input as never) })),
});

/** Every pair of two lists. */
export const pairs = <A, B>(a: readonly A[], b: readonly B[]): readonly (readonly [A, B])[] =>
  a.flatMap((one) => b.map((two) => [one, two] as const));
