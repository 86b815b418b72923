/** More nesting marks than this at the start of one line mean nothing to a reader. */
const deepest = 20;
/** More links than this in one paragraph nobody writes; the parser's time grows with their square. */
const mostBrackets = 500;

const marks = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){21,}/;
const oneMark = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

/**
 * Takes the edge off text made to burn a Markdown parser's time: containers nested absurdly deep lose their inner
 * marks, and a paragraph with hundreds of square brackets gets round ones. Linear; ordinary text is left as it is.
 */
export const tame = (text: string): string => tameBrackets(text.split('\n').map(tameMarks).join('\n'));

const tameMarks = (line: string): string => {
  const found = marks.exec(line)?.[0];
  if (found === undefined) return line;
  let end = 0;
  oneMark.lastIndex = 0;
  for (let count = 0; count < deepest && oneMark.test(found); count += 1) end = oneMark.lastIndex;
  return line.slice(0, end) + line.slice(found.length);
};

const tameBrackets = (text: string): string =>
  count(text, '[') <= mostBrackets
    ? text
    : text
        .split(/(\n[ \t]*\n)/)
        .map((part) => (count(part, '[') <= mostBrackets ? part : part.replaceAll('[', '(').replaceAll(']', ')')))
        .join('');

const count = (text: string, sign: string): number => text.split(sign).length - 1;
