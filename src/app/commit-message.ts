import { defuse } from '../core/text/outgoing.js';

/** What our commits say: a subject line and our trailers, from which a run can be told later. */
export interface CommitText {
  readonly subject: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * A commit message in which a model's title does nothing: for git it is one line, so that it forges no trailer, and
 * on GitHub it mentions nobody, closes nothing and stops no check.
 */
export const commitMessage = ({ subject, trailers }: CommitText): string => {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${oneLine(value)}`);
  return `${shorten(title(subject) || 'Change files', 72)}\n\n${lines.join('\n')}\n`;
};

/** A first `#` is a comment to git's editor, a first `-` an option to a careless script. */
const title = (text: string): string => oneLine(defuse(oneLine(text))).replace(/^[#\s-]+/, '');

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
