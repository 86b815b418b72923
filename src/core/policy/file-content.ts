import { secretsInCode } from '../secrets/find-secrets.js';

/** Marks of direction: with them code reads otherwise than it runs (CVE-2021-42574). */
const bidi = /[\p{Bidi_Control}]/u;
/** What nobody sees; joiners and selectors are judged by what stands beside them. */
const unseen = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/u;
const joiners = /\u200c|\u200d|\ufe0e|\ufe0f/gu;
/** Emoji of several parts, and letters of scripts that join. */
const joined =
  /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}#*0-9]|(?!\p{Script=Latin})\p{L}\p{M}*|\p{M}|\ufe0f|\u200d)$/u;
// eslint-disable-next-line no-control-regex
const controls = /[\0-\x08\x0b\x0e-\x1f\x7f-\x9f]/;

const hasStrayJoiner = (line: string): boolean =>
  [...line.matchAll(joiners)].some((match) => !joined.test(line.slice(Math.max(0, match.index - 4), match.index)));

const conflictEnds = [/^<{7}( |$)/, /^>{7}( |$)/] as const;

/** Why lines may not be added to a file, as the end of a sentence; undefined when they may. */
export const contentFault = (lines: readonly string[], isNew: boolean): string | undefined => {
  // A mark of byte order may open a file.
  const code = lines.map((line, index) => (isNew && index === 0 ? line.replace(/^\ufeff/, '') : line));
  if (code.some((line) => bidi.test(line)))
    return 'it holds marks of direction, with which code reads otherwise than it runs';
  if (code.some((line) => unseen.test(line) || hasStrayJoiner(line))) return 'it holds invisible characters';
  if (code.some((line) => controls.test(line))) return 'it holds control characters';
  if (conflictEnds.every((mark) => code.some((line) => mark.test(line)))) return 'it holds conflict markers';
  const secrets = secretsInCode(code.join('\n'));
  return secrets.length === 0 ? undefined : `it holds what looks like a secret (${secrets.join(', ')})`;
};
