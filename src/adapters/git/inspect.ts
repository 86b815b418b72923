import type { InspectedChange } from '../../core/policy/inspected-change.js';
import { changesOf } from './changes.js';
import { fields, git } from './git.js';
import { type RawChange, parseRaw } from './trees.js';

const isFile = (mode: string): boolean => mode.startsWith('100');
const gone = '000000';

/** Bytes of blobs by id. */
const sizesOf = async (store: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  if (ids.length === 0) return new Map();
  const input = ids.map((id) => `${id}\n`).join('');
  const output = await git(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { folder: store, input });
  return new Map(
    output.split('\n').flatMap((line) => {
      const [id, size] = line.split(' ');
      return id === undefined || size === undefined ? [] : [[id, Number(size)] as const];
    }),
  );
};

/** Files of a patch in order, headers included. A line of a file never begins so: it has a sign in front. */
const sectionsOf = (patch: string): readonly string[] => (patch === '' ? [] : patch.split(/\n(?=diff --git )/));

/** A file that became a link or the like is a removal and an addition in a patch. */
const sectionsTaken = ({ modeBefore, modeAfter }: RawChange): number =>
  modeBefore !== gone && modeAfter !== gone && modeBefore.slice(0, 2) !== modeAfter.slice(0, 2) ? 2 : 1;

const addedLines = (section: string): readonly string[] => {
  const start = section.indexOf('\n@@ ');
  return start < 0
    ? []
    : section
        .slice(start)
        .split('\n')
        .flatMap((line) => (line.startsWith('+') ? [line.slice(1).replace(/\r$/, '')] : []));
};

export interface InspectOptions {
  readonly from: string;
  readonly to: string;
  /** Of the patch so many bytes are looked at; what lies beyond comes without its lines. */
  readonly maxBytes: number;
}

/** What differs between two commits or trees with modes, sizes and added lines, in git's order. */
export const inspectChanges = async (
  store: string,
  { from, to, maxBytes }: InspectOptions,
): Promise<readonly InspectedChange[]> => {
  const trees = [`${from}^{tree}`, `${to}^{tree}`];
  const common = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const [listing, patch] = await Promise.all([
    git([...common, '-z', '--raw', '--numstat', ...trees], { folder: store }),
    git([...common, '-p', '-U0', '--no-color', '--src-prefix=a/', '--dst-prefix=b/', ...trees], {
      folder: store,
      maxBytes,
    }),
  ]);
  const { changes: raw, rest } = parseRaw(fields(listing));
  const files = raw.filter((each) => isFile(each.modeAfter));
  const sizes = await sizesOf(store, [...new Set(files.map((each) => each.idAfter))]);
  const binary = new Set(rest.flatMap((field) => (field.startsWith('-\t-\t') ? [field.slice(4)] : [])));
  // The last section may be cut.
  const sections = sectionsOf(patch).slice(0, Buffer.byteLength(patch) >= maxBytes ? -1 : undefined);
  let next = 0;
  return changesOf(raw, rest).map((change, index): InspectedChange => {
    const { modeBefore = gone, modeAfter = gone, idAfter = '' } = raw[index] ?? {};
    const at = next;
    next += raw[index] === undefined ? 0 : sectionsTaken(raw[index]);
    const own = sections.slice(at, next);
    return {
      ...change,
      modeBefore,
      modeAfter,
      size: isFile(modeAfter) ? (sizes.get(idAfter) ?? 0) : 0,
      isBinary: binary.has(change.path),
      added: own.length < next - at ? undefined : own.flatMap(addedLines),
    };
  });
};
