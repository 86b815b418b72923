/** Puts `text` in place of a part of a source, by UTF-16 offsets. */
export interface SourceEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits from the front; of two that overlap the first (and at one place the longer) is applied, the other not. */
export const applyEdits = (source: string, edits: readonly SourceEdit[]): string => {
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < done || end <= start) continue;
    parts.push(source.slice(done, start), text);
    done = end;
  }
  return parts.join('') + source.slice(done);
};
