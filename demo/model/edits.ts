import type { Question } from './script.js';

/** One change to a file, in no edit format yet. */
export type Edit =
  | { readonly kind: 'write'; readonly path: string; readonly content: string }
  | { readonly kind: 'replace'; readonly path: string; readonly search: string; readonly replace: string }
  /** Aider can move files in its `patch` format only. */
  | { readonly kind: 'move'; readonly path: string; readonly to: string };

/** The whole file, new or not. */
export const write = (path: string, content: string): Edit => ({ kind: 'write', path, content });

/** Whole lines `search`, found once in the file, become `replace`. */
export const replace = (path: string, search: string, replacement: string): Edit => ({
  kind: 'replace',
  path,
  search,
  replace: replacement,
});

export const move = (path: string, to: string): Edit => ({ kind: 'move', path, to });

/** The words of a model's answer that carry these edits in the format Aider asked for. Throws on a scripting bug. */
export const renderEdits = (say: string, all: readonly Edit[], question: Question): string => {
  const list = all.filter((edit) => !isDone(edit, question.files));
  if (list.length === 0) return 'All of this is already in the files; nothing is left to change.';
  switch (question.editFormat) {
    case 'diff':
      return [say, ...list.map((edit) => diffBlock(edit, question))].join('\n\n');
    case 'whole':
      return [say, ...list.map((edit) => wholeBlock(edit, question))].join('\n\n');
    case 'patch':
      return ['*** Begin Patch', ...list.map((edit) => patchBlock(edit, question)), '*** End Patch'].join('\n');
  }
};

/** A tree of files after the edits, for checks without Aider. Throws when a SEARCH or a moved file is not there. */
export const applyEdits = (files: ReadonlyMap<string, string>, list: readonly Edit[]): ReadonlyMap<string, string> => {
  const tree = new Map(files);
  for (const edit of list) {
    if (edit.kind === 'move') tree.set(edit.to, contentOf(tree, edit.path));
    if (edit.kind === 'move') tree.delete(edit.path);
    else tree.set(edit.path, changed(edit, tree));
  }
  return tree;
};

/** An agent that is asked again sees its first edits in the files. */
const isDone = (edit: Edit, files: ReadonlyMap<string, string>): boolean => {
  switch (edit.kind) {
    case 'write':
      return files.get(edit.path) === edit.content;
    case 'replace':
      return files.get(edit.path)?.includes(edit.replace) ?? false;
    case 'move':
      return !files.has(edit.path) && files.has(edit.to);
  }
};

const diffBlock = (edit: Edit, question: Question): string => {
  if (edit.kind === 'move') throw new Error(`diff format cannot move ${edit.path}`);
  const before = edit.kind === 'replace' ? edit.search : (question.files.get(edit.path) ?? '');
  const after = edit.kind === 'replace' ? edit.replace : edit.content;
  const lines = ['<<<<<<< SEARCH', ...block(before), '=======', ...block(after), '>>>>>>> REPLACE'];
  return fenced(edit.path, lines, question);
};

const wholeBlock = (edit: Edit, question: Question): string => {
  if (edit.kind === 'move') throw new Error(`whole format cannot move ${edit.path}`);
  return fenced(edit.path, block(changed(edit, question.files)), question);
};

const patchBlock = (edit: Edit, question: Question): string => {
  if (edit.kind === 'move') return moveBlock(edit.path, edit.to, question);
  const now = question.files.get(edit.path);
  if (edit.kind === 'write' && now === undefined)
    return [`*** Add File: ${edit.path}`, ...prefixed('+', edit.content)].join('\n');
  const before = edit.kind === 'replace' ? edit.search : (now ?? '');
  const after = edit.kind === 'replace' ? edit.replace : edit.content;
  return [`*** Update File: ${edit.path}`, '@@', ...prefixed('-', before), ...prefixed('+', after)].join('\n');
};

/** A move needs one hunk; the file's first line as context changes nothing. */
const moveBlock = (path: string, to: string, question: Question): string => {
  const first = contentOf(question.files, path).split('\n')[0] ?? '';
  return [`*** Update File: ${path}`, `*** Move to: ${to}`, '@@', `-${first}`, `+${first}`].join('\n');
};

const changed = (edit: Exclude<Edit, { kind: 'move' }>, files: ReadonlyMap<string, string>): string => {
  if (edit.kind === 'write') return edit.content;
  const now = contentOf(files, edit.path);
  if (now.split(edit.search).length !== 2) throw new Error(`not found exactly once in ${edit.path}: ${edit.search}`);
  return now.replace(edit.search, () => edit.replace);
};

const contentOf = (files: ReadonlyMap<string, string>, path: string): string => {
  const content = files.get(path);
  if (content === undefined) throw new Error(`${path} is not there to be edited`);
  return content;
};

const fenced = (path: string, lines: readonly string[], { fence }: Question): string =>
  [path, fence[0], ...lines, fence[1]].join('\n');

const block = (content: string): readonly string[] => (content === '' ? [] : content.replace(/\n$/, '').split('\n'));

const prefixed = (sign: string, content: string): readonly string[] => block(content).map((line) => sign + line);
