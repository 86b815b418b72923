import MarkdownIt from 'markdown-it';
import sanitize from 'sanitize-html';
import { alerts } from './alerts.js';
import { escape, Html } from './html.js';

/** Renders untrusted Markdown: GitHub's dialect as far as our texts use it, then an allow-list of tags. */

const hostTags = [
  'details',
  'summary',
  'img',
  'input',
  'del',
  'ins',
  'sub',
  'sup',
  'kbd',
  'picture',
  'source',
  'h1',
  'h2',
];

const allowed: sanitize.IOptions = {
  allowedTags: [...sanitize.defaults.allowedTags, ...hostTags].filter((tag) => tag !== 'iframe'),
  allowedAttributes: {
    a: ['href', 'title', 'id', 'name'],
    img: ['src', 'alt', 'title', 'width', 'height', 'align'],
    input: ['type', 'disabled', 'checked'],
    details: ['open'],
    th: ['align', 'style', 'colspan', 'rowspan'],
    td: ['align', 'style', 'colspan', 'rowspan'],
    p: ['align'],
    div: ['align'],
    '*': ['id'],
  },
  allowedStyles: { '*': { 'text-align': [/^(left|right|center)$/] } },
  allowedClasses: { pre: ['mermaid'], code: ['language-*'], blockquote: ['alert-*'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  transformTags: {
    input: (tagName, attribs) => ({ tagName, attribs: { ...attribs, type: 'checkbox', disabled: '' } }),
  },
};

type Markdown = InstanceType<typeof MarkdownIt>;
type Core = Parameters<Parameters<Markdown['core']['ruler']['push']>[1]>[0];
type Token = Core['tokens'][number];

const box = /^\[([ xX])\]\s/;

/** `- [ ] text` at the start of a list item. */
const taskLists = (state: Core): void => {
  state.tokens.forEach((token, index) => {
    const first = token.children?.[0];
    const isItem = token.type === 'inline' && state.tokens[index - 2]?.type === 'list_item_open';
    const match = isItem && first !== undefined ? box.exec(first.content) : null;
    if (match === null || first === undefined) return;
    first.content = first.content.slice(match[0].length);
    const input = new state.Token('html_inline', '', 0);
    input.content = `<input type="checkbox"${match[1] === ' ' ? '' : ' checked'}> `;
    token.children?.unshift(input);
  });
};

const reference = /(^|[\s(])#(\d+)\b/g;

/** `#12` outside links and code becomes a link to the issue. */
const linkReferences =
  (repo: string) =>
  (state: Core): void => {
    for (const { children } of state.tokens) {
      let depth = 0;
      for (const child of children ?? []) {
        if (child.type === 'link_open') depth += 1;
        if (child.type === 'link_close') depth -= 1;
        if (child.type === 'text' && depth === 0 && child.content.search(reference) >= 0) asLinks(child, repo);
      }
    }
  };

const asLinks = (token: Token, repo: string): void => {
  token.type = 'html_inline';
  token.content = escape(token.content).replace(reference, `$1<a href="/${repo}/issues/$2">#$2</a>`);
};

const make = (repo: string, breaks: boolean): Markdown => {
  const markdown = new MarkdownIt({ html: true, linkify: true, breaks });
  markdown.core.ruler.push('alerts', alerts);
  markdown.core.ruler.push('task-lists', taskLists);
  markdown.core.ruler.push('references', linkReferences(repo));
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token?.info.trim() === 'mermaid') return `<pre class="mermaid">${escape(token.content)}</pre>\n`;
    return fence?.(tokens, index, options, env, self) ?? '';
  };
  return markdown;
};

/** `repo` (`owner/name`) is where `#12` leads. In comments a line break is one; in files it is not. */
export const renderMarkdown = (text: string, { repo, breaks }: { repo: string; breaks: boolean }): Html =>
  new Html(sanitize(make(repo, breaks).render(text), allowed));
