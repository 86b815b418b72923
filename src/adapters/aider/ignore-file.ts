/**
 * Our own `--aiderignore`: everything is hidden but the planned files. The repository's own file would hide planned
 * ones too (the model's edit is then applied blind). And a file name in a message or an answer would otherwise be
 * added to the chat, which drops the answer's edits and costs another request.
 */
export const renderIgnore = (planned: readonly string[]): string =>
  ['*', ...planned.map((path) => `!/${escapePattern(path)}`), ''].join('\n');

// gitignore syntax (pathspec): `\` takes away a character's meaning; a trailing space needs it to count.
const escapePattern = (path: string): string => path.replace(/[\\*?[\]!# ]/g, '\\$&');
