import { defaultTreeAdapter, html as htmlNames, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { styleHides } from './visible-style.js';

/** A part of HTML that stays, by its offsets: text as it is (`text` undefined) or a tag written anew. */
export interface VisiblePart {
  readonly start: number;
  readonly end: number;
  readonly text?: string;
}

/** Elements GitHub shows with their contents, as its own sanitizer lists them. Of others only the text is shown. */
const shown = new Set(
  (
    'h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p picture ol ul table thead tbody ' +
    'tfoot blockquote dl dt dd kbd q samp var hr ruby rt li tr td th s strike summary details caption figure ' +
    'figcaption abbr bdo cite dfn mark small source span time wbr'
  ).split(' '),
);

/** Elements of which a browser, or GitHub, shows nothing. */
const neverShown = new Set(
  (
    'script style template noscript iframe object embed title textarea select option optgroup datalist head meta ' +
    'link noembed noframes xmp plaintext svg math audio video canvas dialog input rp applet param map area frameset'
  ).split(' '),
);

/** More tags than this nobody writes by hand; then none is kept. */
const mostTags = 3_000;

/**
 * What of some HTML a person reads: text outside comments, declarations and elements that are hidden by their kind,
 * a style or an attribute, and the tags GitHub shows, without their attributes (`href` aside). A tag or comment that
 * is never closed hides all that follows. In order of appearance.
 */
export const visibleParts = (html: string): readonly VisiblePart[] => {
  if (html.split('<').length > mostTags) return textBetweenTags(html);
  const seen: Seen = { shown: [], hidden: [], tags: new Map() };
  const context = defaultTreeAdapter.createElement('div', htmlNames.NS.HTML, []);
  walk(parseFragment(context, html, { sourceCodeLocationInfo: true }).childNodes, seen, html.length);
  return [...subtract(seen.shown, [...seen.hidden, ...tagRanges(seen)]), ...tagParts(seen)].toSorted(
    (a, b) => a.start - b.start,
  );
};

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Seen {
  readonly shown: Range[];
  readonly hidden: Range[];
  /** By start offset; '' for a tag that goes. */
  readonly tags: Map<number, Range & { readonly text: string }>;
}

/** With a stack of its own: nesting is the sender's to choose. */
const walk = (roots: readonly Tree.ChildNode[], seen: Seen, length: number): void => {
  const todo = roots.toReversed().map((node) => ({ node, isHidden: false }));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node } = next;
    const at = node.sourceCodeLocation;
    const range = { start: at?.startOffset ?? 0, end: at?.endOffset ?? length };
    const isHidden = next.isHidden || !isShown(node);
    if (at && (isHidden || node.nodeName === '#text')) (isHidden ? seen.hidden : seen.shown).push(range);
    if (!('tagName' in node)) continue;
    noteTags(node, isHidden, seen);
    for (const child of node.childNodes.toReversed()) todo.push({ node: child, isHidden });
  }
};

const isShown = (node: Tree.ChildNode): boolean => {
  if (node.nodeName === '#text') return true;
  if (!('tagName' in node)) return false;
  return !neverShown.has(node.tagName) && !node.attrs.some(attributeHides);
};

const attributeHides = ({ name, value }: { readonly name: string; readonly value: string }): boolean => {
  if (name === 'hidden') return true;
  if (name === 'aria-hidden') return value.trim().toLowerCase() !== 'false';
  if (name === 'style') return styleHides(value);
  if (name === 'color' || name === 'text') return styleHides(`color: ${value}`);
  return false;
};

const noteTags = (node: Tree.Element, isHidden: boolean, { tags }: Seen): void => {
  const at = node.sourceCodeLocation;
  const keep = !isHidden && shown.has(node.tagName);
  for (const [tag, text] of [
    [at?.startTag, openingTag(node)],
    [at?.endTag, `</${node.tagName}>`],
  ] as const)
    if (tag) tags.set(tag.startOffset, { start: tag.startOffset, end: tag.endOffset, text: keep ? text : '' });
};

const openingTag = ({ tagName, attrs }: Tree.Element): string => {
  const href = attrs.find((each) => each.name === 'href')?.value ?? '';
  return tagName === 'a' && /^https?:\/\/[^\s"'<>&`]{1,2000}$/.test(href) ? `<a href="${href}">` : `<${tagName}>`;
};

const tagRanges = ({ tags }: Seen): readonly Range[] => [...tags.values()];

const tagParts = ({ tags, hidden }: Seen): readonly VisiblePart[] => {
  const kept = [...tags.values()].filter((tag) => tag.text !== '').toSorted((a, b) => a.start - b.start);
  const open = subtract(kept, hidden);
  const whole = new Set(open.map(({ start, end }) => `${start}-${end}`));
  return kept.filter(({ start, end }) => whole.has(`${start}-${end}`));
};

/** What of `ranges` lies in none of `holes`, without overlaps, sorted. */
const subtract = (ranges: readonly Range[], holes: readonly Range[]): readonly Range[] => {
  const closed = holes.toSorted((a, b) => a.start - b.start);
  const left: Range[] = [];
  let hole = 0;
  let done = 0;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    let start = Math.max(range.start, done);
    while ((closed[hole]?.end ?? Infinity) <= start) hole += 1;
    for (let next = hole; start < range.end; next += 1) {
      const { start: from, end: to } = closed[next] ?? { start: Infinity, end: Infinity };
      if (Math.min(from, range.end) > start) left.push({ start, end: Math.min(from, range.end) });
      start = Math.max(start, to);
    }
    done = Math.max(done, range.end);
  }
  return left;
};

const textBetweenTags = (html: string): readonly VisiblePart[] =>
  [...html.matchAll(/>?([^<>]+)/g)].map((match) => ({
    start: match.index + match[0].length - (match[1]?.length ?? 0),
    end: match.index + match[0].length,
  }));
