import { anywhere, guardOf } from '../policy/protection.js';
import { anyOverlap, isInside } from './glob-overlap.js';
import { isGlob } from './glob-readings.js';
import { pathFault } from './plan-path.js';

interface Ground {
  /** All files at base. */
  readonly files: readonly string[];
  readonly protectedFiles: readonly string[];
}

/**
 * Globs for everything in a repository, and everything new, that is sure not to be protected: by the first letters of
 * names (`[a-bd-z]*`), then by name what those leave out. Not covered are new names that begin like a protected one
 * (`COD...`) or with something else than a-z, 0-9, `_` and `.`.
 */
export const wholeRepository = ({ files, protectedFiles }: Ground): readonly string[] => {
  const shut = [...protectedFiles, '.git'];
  const top = openNames({ parent: '', prefix: '', shut });
  const open = top.flatMap((glob) => [glob, ...below(glob, shut)]);
  const rest = files.filter((file) => pathFault(file) === undefined && !isInside(file, open));
  return [...open, ...byName(rest, '', shut)];
};

/** What is below the folders `glob` names: all of it, or where protected names can be anywhere all names but those. */
const below = (glob: string, shut: readonly string[]): readonly string[] => {
  if (!anyOverlap([`${glob}/**`], shut)) return [`${glob}/**`];
  const parent = `${glob}/**/`;
  return glob.startsWith('[') ? openNames({ parent, prefix: '', shut: [...shut, ...anywhere(shut)] }) : [];
};

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789_.-'];

/** Where more letters than this may lead to a protected name, the names that begin so are not looked at further. */
const mostBranches = 4;

interface Names {
  /** Where they are, with its slash; '' for the top. */
  readonly parent: string;
  readonly prefix: string;
  readonly shut: readonly string[];
}

/** Patterns for names in `parent` that begin with `prefix`. Looks at most three letters deep. */
const openNames = ({ parent, prefix, shut }: Names): readonly string[] => {
  const next = prefix === '' ? letters.filter((letter) => letter !== '-') : letters;
  const taken = next.filter((letter) => anyOverlap([`${parent}${prefix}${letter}*`], shut));
  const free = next.filter((letter) => !taken.includes(letter));
  const own = free.length === 0 ? [] : inCases(prefix).map((each) => `${parent}${each}${classOf(free)}*`);
  const isDeep = prefix.length === 2 || prefix.startsWith('.');
  return isDeep || taken.length > mostBranches
    ? own
    : [...own, ...taken.flatMap((letter) => openNames({ parent, prefix: `${prefix}${letter}`, shut }))];
};

const inCases = (prefix: string): readonly string[] => [...new Set([prefix, prefix.toUpperCase()])];

/** `[a-cx-zA-CX-Z]` for letters in the order of the alphabet. */
const classOf = (free: readonly string[]): string => {
  const upper = free.map((letter) => letter.toUpperCase()).filter((letter) => !free.includes(letter));
  return `[${rangesOf([...free, ...upper])}]`;
};

const rangesOf = (units: readonly string[]): string =>
  units
    .reduce<readonly string[]>((runs, unit) => {
      const last = runs.at(-1);
      const follows =
        last !== undefined && /\w/.test(unit) && last.charCodeAt(last.length - 1) + 1 === unit.charCodeAt(0);
      return follows ? [...runs.slice(0, -1), last + unit] : [...runs, unit];
    }, [])
    .toSorted((a, b) => Number(a === '-') - Number(b === '-'))
    .map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run))
    .join('');

/** Folders whole where nothing below them can be protected, else by kind of file, else by name. */
const byName = (files: readonly string[], parent: string, shut: readonly string[]): readonly string[] => {
  const names = Map.groupBy(files, (file) => file.slice(parent.length).split('/')[0] ?? '');
  return [...names].flatMap(([name, inside]) => {
    const path = `${parent}${name}`;
    if (inside.includes(path)) return guardOf(path, shut) === undefined ? [path] : [];
    if (!isGlob(path) && !anyOverlap([`${path}/**`], shut)) return [`${path}/**`];
    const kinds = isGlob(path) ? [] : kindsOf(inside, path).filter((glob) => !anyOverlap([glob], shut));
    const rest = inside.filter((file) => !kinds.some((glob) => file.endsWith(glob.slice(glob.lastIndexOf('*') + 1))));
    return [...kinds, ...byName(rest, `${path}/`, shut)];
  });
};

const kindsOf = (files: readonly string[], folder: string): readonly string[] => {
  const endings = files.flatMap((file) => /\w(\.\w+)$/.exec(file)?.[1] ?? []);
  return [...new Set(endings)].map((ending) => `${folder}/**/*${ending}`);
};
