import { escapeHtml } from './markdown.js';

export type Tone = 'good' | 'bad' | 'warn' | 'work' | 'idle';

export const pill = (text: string, tone: Tone): string => `<span class="pill ${tone}">${escapeHtml(text)}</span>`;

/** Foreign text of one paragraph; what stands in backticks is shown as code. Nothing else is interpreted. */
export const inlineHtml = (text: string): string =>
  escapeHtml(text).replace(/`([^`\n]+)`/g, (_whole, code: string) => `<code>${code}</code>`);

/** Cells are HTML already. A title that begins with `#` is of a column of numbers. */
export const htmlTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const isNumber = titles.map((title) => title.startsWith('#'));
  const cell = (tag: 'td' | 'th', html: string, index: number): string =>
    `<${tag}${isNumber[index] === true ? ' class="num"' : ''}>${html}</${tag}>`;
  const head = titles.map((title, index) => cell('th', escapeHtml(title.replace(/^#/, '')), index)).join('');
  const body = rows.map((row) => `<tr>${row.map((html, index) => cell('td', html, index)).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
};

/** A part with its title; '' for an empty body. */
export const htmlSection = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;

/** Only web addresses become links; anything else stays text. */
export const htmlLink = (label: string, url: string | undefined): string =>
  url !== undefined && /^https?:\/\//.test(url)
    ? `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(label)}</a>`
    : '';
