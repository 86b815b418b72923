/**
 * Text of models and users on its way into a GitHub comment, a pull request or a job summary.
 *
 * A zero-width space is put where GitHub would begin to see a mention, a reference, a link, an element or a command.
 * The text reads as before and can be searched; nothing in it acts any more. Doing it twice changes nothing.
 */
const zeroWidth = '\u200b';

/**
 * Control characters but newline and tab, and what a reader cannot see (marks of direction, tags, fillers), but for
 * the zero-width space we put in ourselves and what makes emoji and Indic letters of several.
 */
const hidden =
  // eslint-disable-next-line no-control-regex
  /(?!\u200b|\u200c|\u200d|\ufe0e|\ufe0f)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** Each splits what it matches after its first group. */
const triggers: readonly RegExp[] = [
  // A mention or an e-mail address.
  /(@)(?=[^\s\u200b])/g,
  // References that closing keywords act on: #1, owner/repo#1, GH-1.
  /(#)(?=\d)/g,
  /(\bGH)(?=-\d)/gi,
  // Addresses GitHub links by itself.
  /(:)(?=\/\/)/g,
  /(\bwww)(?=\.)/gi,
  // Links, images, footnotes and link definitions.
  /(\])(?=[([:])/g,
  /(!)(?=\[)/g,
  /(\[)(?=\^)/g,
  // Elements, comments (our markers too) and character references.
  /(<)(?=[A-Za-z/!?])/g,
  /(&)(?=#?\w+;)/g,
  // What makes GitHub skip the checks of a commit, also where a title becomes one.
  /(\[)(?=(?:skip|ci|no|actions)[ -])/gi,
  /(\*\*)(?=\*NO_CI)/gi,
  // Fences and mathematics blocks, wherever they begin.
  /(``)(?=`)/g,
  /(~~)(?=~)/g,
  /(\$)(?=\$)/g,
];

/** A command is the first word of a line, also in a quote or a list. */
const command = /^([ \t>*+-]*)(?=\/[A-Za-z])/gm;

const split = (text: string): string => triggers.reduce((now, trigger) => now.replace(trigger, `$1${zeroWidth}`), text);

/**
 * Prose of several lines that may stand on its own. Emphasis, lists and code spans survive; mentions, closing
 * keywords, slash commands, markers, links, images, HTML and fences do not act.
 */
export const defuse = (text: string): string =>
  split(text.replace(/\r\n?/g, '\n').replace(hidden, '')).replace(command, `$1${zeroWidth}`);

/**
 * The same for one line: newlines become spaces. Code spans are kept to the letter, so that a command in one can be
 * copied; GitHub does not act on what stands in code.
 */
export const defuseLine = (text: string): string => {
  const line = text.replace(hidden, ' ').replace(/\s+/g, ' ').trim();
  const parts = line.replace(/(?:(?<!\\)\\*`[`\u200b]*)+/g, '`').split('`');
  // An odd backtick could open a code span that swallows what we write after it.
  const closed = parts.length % 2 === 1 ? parts : [...parts.slice(0, -2), parts.slice(-2).join("'")];
  return closed.map((part, index) => (index % 2 === 0 ? defuse(part) : part)).join('`');
};

/** The same for a cell of a table, where a pipe would begin the next one. */
export const defuseCell = (text: string): string => escapePipes(defuseLine(text));

/** A backslash before a pipe would be read as escaping itself. */
const escapePipes = (text: string): string => text.replace(/(?<!\\)\\*\|/g, '\\|');

/** A code span of one line that no backtick in `text` can close. '' for nothing. */
export const codeSpan = (text: string): string => {
  const line = text.replace(hidden, '').replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  const ticks = '`'.repeat(1 + longestRun(line, /`+/g));
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
};

/** The same for a cell of a table. */
export const codeCell = (text: string): string => escapePipes(codeSpan(text));

/** A fenced block whose fence is longer than any in `text`. */
export const codeBlock = (text: string, language = ''): string => {
  const body = text.replace(/\r\n?/g, '\n').replace(hidden, '').replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(body, /`+/g)));
  return `${fence}${language}\n${body}\n${fence}`;
};

const longestRun = (text: string, runs: RegExp): number =>
  Math.max(0, ...(text.match(runs) ?? []).map((run) => run.length));
