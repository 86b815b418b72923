/** The most a comment or a pull request body may hold, in UTF-16 units: GitHub's own limit is 65,536 at worst. */
export const bodyLimit = 60_000;

const note = '\n\n> [!NOTE]\n> This text was cut because it is too long for GitHub. The report has all of it.\n';

/**
 * `text` in at most `max` UTF-16 units. A longer one is cut at the end of a line, with its open fences and
 * `<details>` closed, and says that it was cut. A `max` too small for the note gives just the first `max` units.
 */
export const limit = (text: string, max: number = bodyLimit): string => {
  if (text.length <= max) return text;
  if (max < note.length + 200) return cutAt(text, max);
  for (let room = max - note.length; room > 0; room = Math.floor(room * 0.98) - 1) {
    const closed = close(cutAtLine(text, room)) + note;
    if (closed.length <= max) return closed;
  }
  return cutAt(text, max);
};

/** Never between the halves of one character. */
const cutAt = (text: string, max: number): string => {
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
};

const cutAtLine = (text: string, room: number): string => {
  const cut = cutAt(text, room);
  const line = cut.lastIndexOf('\n');
  return line > room / 2 ? cut.slice(0, line) : cut;
};

interface Open {
  readonly fence: string | null;
  readonly details: number;
  /** Inside an HTML block, which ends at a blank line: fences do not count there. */
  readonly html: boolean;
}

const close = (text: string): string => {
  const open = text.split('\n').reduce<Open>(read, { fence: null, details: 0, html: false });
  const fence = open.fence === null ? '' : `\n${open.fence}`;
  return text + fence + '\n\n</details>'.repeat(open.details);
};

/** What is open after `line`; a fence is closed by one of its own kind that is at least as long. */
const read = (open: Open, line: string): Open => {
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  const [, mark = '', rest = ''] = fence ?? [];
  if (open.fence !== null) {
    const closes = mark.startsWith(open.fence) && rest.trim() === '';
    return closes ? { ...open, fence: null } : open;
  }
  const html = line.trim() !== '' && (open.html || /^ {0,3}<\/?(?:details|summary)\b/.test(line));
  if (!html && fence !== null && !(mark.startsWith('`') && rest.includes('`'))) return { ...open, html, fence: mark };
  const opened = line.match(/<details\b/g)?.length ?? 0;
  const closed = line.match(/<\/details>/g)?.length ?? 0;
  return { ...open, html, details: Math.max(0, open.details + opened - closed) };
};
