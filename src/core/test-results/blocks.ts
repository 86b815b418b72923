/** Lines from each that `opens` a block up to the next one that does, or that `closes` it. */
export interface Block<T> {
  readonly head: T;
  /** What follows the opening line. */
  readonly lines: readonly string[];
}

/** Cuts a text into blocks. `opens` gives what it read from an opening line, or null for any other. */
export const blocksOf = <T>(
  lines: readonly string[],
  opens: (line: string) => T | null,
  closes: (line: string) => boolean = () => false,
): readonly Block<T>[] => {
  const blocks: { head: T; lines: string[] }[] = [];
  let open = false;
  for (const line of lines) {
    const head = opens(line);
    if (head !== null) {
      blocks.push({ head, lines: [] });
      open = true;
    } else if (closes(line)) open = false;
    else if (open) blocks.at(-1)?.lines.push(line);
  }
  return blocks;
};

/** The sum of the first groups of all matches; undefined when there is none. `pattern` is global. */
export const sumOf = (text: string, pattern: RegExp): number | undefined => {
  const numbers = [...text.matchAll(pattern)].map((match) => Number(match[1] ?? 0));
  return numbers.length === 0 ? undefined : numbers.reduce((sum, each) => sum + each, 0);
};
