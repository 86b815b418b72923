/** What our commits say: a subject line and our trailers, from which a run can be told later. */
export interface CommitText {
  readonly subject: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** Line ends and control characters of a model's title cannot start a line of their own, so no trailer can be forged. */
export const commitMessage = ({ subject, trailers }: CommitText): string => {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${oneLine(value)}`);
  return `${shorten(oneLine(subject) || 'Change files', 72)}\n\n${lines.join('\n')}\n`;
};

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- control characters are just what must go
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim();

/** Cut between characters, never inside one. */
const shorten = (text: string, limit: number): string => {
  const characters = [...text];
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
};
