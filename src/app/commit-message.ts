/** What our commits say: a subject line, an optional body and our trailers, from which a run can be told later. */
export interface CommitText {
  readonly subject: string;
  readonly body?: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** Control characters and line ends of a model's title cannot start a line of their own, so no trailer can be forged. */
export const commitMessage = ({ subject, body, trailers }: CommitText): string => {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
  return (
    [oneLine(subject, 72), ...(body === undefined ? [] : [quoteTrailers(body)]), lines.join('\n')].join('\n\n') + '\n'
  );
};

const oneLine = (text: string, limit: number): string => {
  // eslint-disable-next-line no-control-regex -- control characters are just what must go
  const line = text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim() || 'Change files';
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}…`;
};

/** A body line that looks like a trailer is indented, which git does not read as one. */
const quoteTrailers = (body: string): string =>
  body
    .trim()
    .split(/\r\n|\r|\n/)
    .map((line) => (/^[A-Za-z][A-Za-z0-9-]*\s*:/.test(line) ? `  ${line}` : line))
    .join('\n');
