import { parseFragment } from 'parse5';

/** A backslash escape (left as it is) or a character reference, as CommonMark writes it. */
const reference = /\\[\s\S]|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/gi;

const known = new Map<string, string>();
const mostKnown = 3_000;

/** What a browser makes of one reference; itself when it is none. */
const characterOf = (written: string): string => {
  const found = known.get(written);
  if (found !== undefined) return found;
  const [node] = parseFragment(written).childNodes;
  const character = node !== undefined && 'value' in node ? node.value : written;
  if (known.size < mostKnown) known.set(written, character);
  return character;
};

const escaped = (character: string): string => {
  if (/^\s$/.test(character)) return ' ';
  return /^[!-/:-@[-`{-~]$/.test(character) ? `\\${character}` : character;
};

/**
 * Character references as their characters, so that nothing is told by them that a check does not see. In Markdown
 * a sign that could act comes with a backslash; in HTML (`isHtml`) those of `<`, `>`, `&` and quotes stay references.
 */
export const decodeReferences = (text: string, isHtml = false): string =>
  text.replace(isHtml ? new RegExp(reference.source.replace('\\\\[\\s\\S]|', ''), 'gi') : reference, (written) => {
    if (written.startsWith('\\')) return written;
    const character = characterOf(written);
    if (character === written) return written;
    return isHtml ? (/^[<>&"']$/.test(character) ? written : character) : escaped(character);
  });
