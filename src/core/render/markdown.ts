/** The one comment we keep editing where the request was made is found by this line. */
export const trackingMarker = '<!-- aider-orchestrator:tracking -->';

/** Blocks with a blank line between them; empty ones are left out. */
export const blocks = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** One line of parts with a dot between them; empty ones are left out. */
export const dotted = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** A table of cells that are already safe; '' without rows. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : [
        columns.map((column) => column.title),
        columns.map((column) => (column.align === 'right' ? '---:' : ':---')),
        ...rows,
      ]
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n');

/** A part folded away behind one line; '' for an empty body. */
export const details = (summary: string, body: string): string =>
  body === '' ? '' : `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${body}\n\n</details>`;

export const section = (title: string, body: string): string => (body === '' ? '' : `### ${title}\n\n${body}`);

export type AlertKind = 'NOTE' | 'TIP' | 'IMPORTANT' | 'WARNING' | 'CAUTION';

/** GitHub's coloured quote. */
export const alert = (kind: AlertKind, body: string): string =>
  `> [!${kind}]\n${body
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n')}`;

/** A link to an address of our own; the label must be safe already. */
export const link = (label: string, url: string): string =>
  `[${label}](${url.replace(/[\s()<>\\]/g, (character) => encodeCharacter(character))})`;

const encodeCharacter = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Text for HTML, attribute values included. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
