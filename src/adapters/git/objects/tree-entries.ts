/** One entry of a tree. `name` holds a character for each byte (latin1), since git does not say how names are coded. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

/** Mode of a folder in a tree; `000000` is nobody's. */
export const folderMode = '40000';

const idBytes = 20;

/** Reads the content of a tree object. Throws when it is cut. */
export const parseTree = (data: Buffer): readonly TreeEntry[] => {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length;) {
    const [space, end] = [data.indexOf(0x20, at), data.indexOf(0, at)];
    const next = end + 1 + idBytes;
    if (space < 0 || end < space || next > data.length) throw new Error('a tree of the store is cut');
    entries.push({
      mode: data.toString('latin1', at, space),
      name: data.toString('latin1', space + 1, end),
      id: data.toString('hex', end + 1, next),
    });
    at = next;
  }
  return entries;
};

/** A folder sorts as if its name ended with a slash. */
const sortKey = ({ mode, name }: TreeEntry): string => (mode === folderMode ? `${name}/` : name);

const refused = new Set(['', '.', '..', '.git']);

/** The content of the tree object with these entries, in git's order. Throws for a name git would not check out. */
export const formatTree = (entries: readonly TreeEntry[]): Buffer => {
  const bad = entries.find(({ name }) => refused.has(name.toLowerCase()) || name.includes('/'));
  if (bad !== undefined) throw new Error(`${JSON.stringify(bad.name)} cannot be in a tree`);
  const sorted = entries
    .map((entry) => ({ entry, key: sortKey(entry) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return Buffer.concat(
    sorted.flatMap(({ entry: { mode, name, id } }) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(id, 'hex'),
    ]),
  );
};
