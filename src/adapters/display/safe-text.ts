import { stripVTControlCharacters } from 'node:util';

/** The longest piece of foreign text shown in one line, in characters. */
const longest = 1000;

/**
 * Foreign text (of models, tests, users) on one line of a terminal or an action's log. Terminal sequences and control
 * characters are gone. The runner takes a line that begins with `::`, or holds `##[`, as a workflow command: a
 * zero-width space splits both.
 */
export const safeText = (text: string): string => {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/:(?=:)/g, ':\u200b')
    .replace(/##(?=\[)/g, '##\u200b');
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
};
