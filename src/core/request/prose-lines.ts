/** A line of a Markdown text with its place in it, from 0. */
export interface ProseLine {
  readonly index: number;
  readonly text: string;
}

const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const quote = /^ {0,3}>/;
const indentedCode = /^(?: {4,}| {0,3}\t)/;

const closes = (line: string, open: string): boolean => {
  const bar = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return bar !== undefined && bar[0] === open[0] && bar.length >= open.length;
};

/**
 * The lines with something on them that are neither code (fenced, also unclosed, or indented) nor quoted. Line ends
 * are `\n`. Enough of CommonMark to tell whether a person wrote a line as their own words.
 */
export const linesOutsideCodeAndQuotes = (text: string): readonly ProseLine[] => {
  const found: ProseLine[] = [];
  let open: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (open !== undefined) {
      if (closes(line, open)) open = undefined;
      continue;
    }
    open = fence.exec(line)?.[1];
    const isOwn = open === undefined && line.trim() !== '' && !quote.test(line) && !indentedCode.test(line);
    if (isOwn) found.push({ index, text: line });
  }
  return found;
};
