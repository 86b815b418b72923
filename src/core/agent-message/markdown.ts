/** Text of others on one line, without control characters. */
export const oneLine = (text: string): string => clean(text).replace(/\s+/g, ' ').trim();

/**
 * Text of others as a block quote: every line is marked, so none can be taken for a line of ours, whatever heading,
 * fence or first line it imitates.
 */
export const quote = (text: string): string =>
  clean(text)
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

/** Output of programs in a fence longer than any run of backticks in it. */
export const fenced = (text: string, language = ''): string => {
  const body = clean(text).trimEnd();
  const longest = Math.max(2, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
};

export const listOf = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

// ECMA-48 colours and cursor moves, and links (OSC 8).
// eslint-disable-next-line no-control-regex
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u2028\u2029]/g;

const clean = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(escapes, '').replaceAll('\r', '\n').replace(controls, '').toWellFormed();
