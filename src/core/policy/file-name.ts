const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/** Characters HFS+ leaves out when it compares names: with one of them `.git` is still `.git` there. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name as file systems without case or with other normal forms compare it. */
export const foldName = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFC');

const meansGit = (segment: string): boolean =>
  /^(\.git|git~\d+)[ .]*(:.*)?$/.test(foldName(segment.replace(invisible, '')));

/** Files by which git itself is told what to do; they count wherever they lie. */
const commandsGit = (segment: string): boolean => /^\.(gitmodules|gitattributes)$/.test(foldName(segment));

const segmentFault = (segment: string): string | undefined => {
  if (segment === '' || segment === '.' || segment === '..') return 'its path leaves the repository';
  if (meansGit(segment)) return 'it lies in .git, or in what some file system takes for it';
  if (commandsGit(segment)) return 'it tells git what to do';
  if (/[ .]$/.test(segment)) return 'a part of its path ends with a space or a dot';
  if (/^\s/.test(segment)) return 'a part of its path begins with a space';
  if (reserved.test(segment)) return 'a part of its path is a device on Windows';
  return new TextEncoder().encode(segment).length > 255 ? 'a part of its path is longer than 255 bytes' : undefined;
};

/**
 * Why a file may not have this path, as the end of a sentence; undefined when any file system and any reader takes it
 * for what it says.
 */
export const nameFault = (path: string): string | undefined => {
  if (path.search(invisible) >= 0) return 'its path holds control or invisible characters';
  if (!path.isWellFormed() || path.includes('\ufffd')) return 'its path is no proper text';
  if (/[\\:*?"<>|]/.test(path)) return 'its path holds a sign that is special elsewhere';
  if (/[`;]|\$[({]|\{\{|&&/.test(path)) return 'its path reads like a command';
  if (/^[-~]/.test(path)) return 'its path reads like an option or a home folder';
  if (path !== path.normalize('NFC')) return 'its path is not in the normal form NFC';
  if (path.length > 1_000) return 'its path is longer than 1,000 characters';
  return path
    .split('/')
    .map(segmentFault)
    .find((fault) => fault !== undefined);
};

/** Spellings in use, of files and of the folders above them, by how a careless file system compares them. */
export type Spellings = Map<string, string>;

/** Characters that stand for themselves in every normal form. */
const plainText = /^[ -~]*$/;
const foldQuickly = (name: string): string => (plainText.test(name) ? name.toLowerCase() : foldName(name));

/** A path after each of the folders above it. */
const withFolders = (path: string): readonly string[] =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/**
 * The spellings among `existing` that paths of `added` can clash with: all there is to know for `addSpelling` of those.
 * Nothing is folded where nothing is added; for 100,000 existing paths it takes a tenth of a second.
 */
export const spellingsNear = (added: readonly string[], existing: Iterable<string>): Spellings => {
  const spellings: Spellings = new Map();
  if (added.length === 0) return spellings;
  const near = new Set(added.flatMap(withFolders).map(foldName));
  const note = (written: string): void => {
    const folded = foldQuickly(written);
    if (near.has(folded) && !spellings.has(folded)) spellings.set(folded, written);
  };
  let last = '';
  for (const path of existing) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    // Lists are sorted: the files of a folder stand together.
    if (folder !== last) withFolders(folder).forEach(note);
    last = folder;
    note(path);
  }
  return spellings;
};

/** Adds `path` and the folders above it; undefined, or the other spelling that one of them clashes with. */
export const addSpelling = (spellings: Spellings, path: string): string | undefined => {
  const parts = path.split('/');
  const fresh: [string, string][] = [];
  for (let n = 1; n <= parts.length; n += 1) {
    const written = parts.slice(0, n).join('/');
    const folded = foldName(written);
    const before = spellings.get(folded);
    if (before !== undefined && before !== written) return before;
    if (before === undefined) fresh.push([folded, written]);
  }
  for (const [folded, written] of fresh) spellings.set(folded, written);
  return undefined;
};
