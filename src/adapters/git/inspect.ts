import type { InspectedChange } from '../../core/policy/inspected-change.js';
import { changesOf } from './changes.js';
import { fields, git } from './git.js';
import type { ObjectReader } from './objects/read-objects.js';
import { type RawChange, parseRaw } from './raw-changes.js';

const isFile = (mode: string): boolean => mode.startsWith('100');
const gone = '000000';

/** Bytes of blobs by id. */
const sizesOf = async (reader: ObjectReader, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const found = await Promise.all(ids.map((id) => reader.info(id)));
  return new Map(found.flatMap((object) => (object === undefined ? [] : [[object.id, object.size] as const])));
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

const sectionStart = 'diff --git ';

const diffArgs = [
  ...['diff-tree', '-r', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--raw', '--numstat'],
  ...['-p', '-U0', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'],
];

export interface InspectOptions {
  readonly from: string;
  readonly to: string;
  /** So many bytes are looked at; what lies beyond comes without its lines. */
  readonly maxBytes: number;
}

/** What differs between two commits or trees with modes, sizes and added lines, in git's order. */
export const inspectChanges = async (
  { store, reader }: { readonly store: string; readonly reader: ObjectReader },
  { from, to, maxBytes }: InspectOptions,
): Promise<readonly InspectedChange[]> => {
  const output = await git([...diffArgs, `${from}^{tree}`, `${to}^{tree}`], { folder: store, maxBytes });
  // The listing, whose fields are never empty, ends where the patch begins.
  const end = output.indexOf(`\0\0${sectionStart}`);
  const [listing, patch] = end < 0 ? [output, ''] : [output.slice(0, end), output.slice(end + 2)];
  const { changes: raw, rest } = parseRaw(fields(listing));
  const files = raw.filter((each) => isFile(each.modeAfter));
  const sizes = await sizesOf(reader, [...new Set(files.map((each) => each.idAfter))]);
  const binary = new Set(rest.flatMap((field) => (field.startsWith('-\t-\t') ? [field.slice(4)] : [])));
  // The last section may be cut.
  const sections = sectionsOf(patch).slice(0, Buffer.byteLength(output) >= maxBytes ? -1 : undefined);
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
