/** Lines that did not merge, as each side has them and as they were before; each with its line ends. */
export interface Hunk {
  readonly ours: string;
  readonly before: string;
  readonly theirs: string;
}

/** A marked file in its order: what merged, and what did not. */
export type Part = { readonly text: string } | { readonly hunk: Hunk };

/** What the markers are labelled with; git also says the path where it differs between the sides. */
export interface Labels {
  readonly ours: string;
  readonly theirs: string;
}

type Side = 'text' | keyof Hunk;

/**
 * Reads a file in which git marked conflicts (`merge.conflictStyle` merge or diff3). Undefined where a marker has no
 * end, or the file no conflict. Markers under other labels, which the text of a file may hold, are text.
 */
export const readMarked = (text: string, labels: Labels): readonly Part[] | undefined => {
  const parts: Part[] = [];
  let side: Side = 'text';
  let held = { text: '', ours: '', before: '', theirs: '' };
  for (const line of text.split(/(?<=\n)/)) {
    const next = turn(line, side, labels);
    if (next === undefined) held[side] += line;
    else if (next === 'ours') parts.push({ text: held.text });
    else if (next === 'text') {
      const { ours, before, theirs } = held;
      parts.push({ hunk: { ours, before, theirs } });
      held = { text: '', ours: '', before: '', theirs: '' };
    }
    side = next ?? side;
  }
  if (side !== 'text' || parts.length === 0) return undefined;
  return [...parts, { text: held.text }].filter((part) => !('text' in part) || part.text !== '');
};

/** The side a marker turns to; undefined for a line that is none where it stands. */
const turn = (line: string, side: Side, { ours, theirs }: Labels): Side | undefined => {
  const bare = line.replace(/\r?\n?$/, '');
  if (side === 'text') return isLabelled(bare, `<<<<<<< ${ours}`) ? 'ours' : undefined;
  if (side === 'ours' && /^\|{7}( |$)/.test(bare)) return 'before';
  if (side !== 'theirs' && bare === '=======') return 'theirs';
  return side === 'theirs' && isLabelled(bare, `>>>>>>> ${theirs}`) ? 'text' : undefined;
};

const isLabelled = (line: string, marker: string): boolean => line === marker || line.startsWith(`${marker}:`);

export const hunksOf = (parts: readonly Part[]): readonly Hunk[] =>
  parts.flatMap((part) => ('hunk' in part ? [part.hunk] : []));

/** The file with each hunk replaced. */
export const mergeHunks = (parts: readonly Part[], replace: (hunk: Hunk, index: number) => string): string => {
  let index = 0;
  return parts.map((part) => ('text' in part ? part.text : replace(part.hunk, index++))).join('');
};

/** Both sides, ours first, as git's `merge=union` does. */
export const union = ({ ours, theirs }: Hunk): string => `${withEnd(ours, theirs)}${theirs}`;

const withEnd = (text: string, following: string): string =>
  text !== '' && following !== '' && !text.endsWith('\n') ? `${text}\n` : text;
