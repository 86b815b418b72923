import type { Definition, FootnoteDefinition, Image, ImageReference, Link, Node, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified, type Processor } from 'unified';
import { visit } from 'unist-util-visit';
import { decodeReferences } from './character-references.js';
import { applyEdits, type SourceEdit } from './source-edit.js';
import { visibleParts } from './visible-html.js';

/** Emphasis and bare addresses hide nothing, and their parsers take time that grows with the square of bad input. */
const needless = ['attention', 'strikethrough', 'wwwAutolink', 'protocolAutolink', 'emailAutolink'];

function withoutNeedless(this: Processor): void {
  const data = this.data() as { micromarkExtensions?: unknown[] };
  (data.micromarkExtensions ??= []).push({ disable: { null: needless } });
}

const parser = unified().use(remarkParse).use(remarkGfm).use(withoutNeedless).freeze();

/**
 * One pass of taking out of a Markdown text what GitHub does not show of it: HTML comments and hidden elements,
 * attributes, definitions and footnotes nobody refers to, titles of links, alternative texts of images, and all but
 * the language behind a fence. Character references in prose become their characters. Code is left to the letter.
 */
export const dropUnseen = (text: string): string => {
  const root = parser.parse(text);
  const found = survey(root, text);
  return applyEdits(text, [
    ...htmlEdits(text, found.html),
    ...found.nodes.flatMap((node) => editsOf(node, text, found)),
  ]);
};

interface Html {
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** The table cell it stands in: no tag in one closes an element opened outside of it. */
  readonly cell: Node | undefined;
  readonly inFootnote: boolean;
}

interface Survey {
  readonly html: readonly Html[];
  readonly nodes: readonly Node[];
  /** Identifiers something refers to; from one footnote to another does not count. */
  readonly links: ReadonlySet<string>;
  readonly footnotes: ReadonlySet<string>;
  readonly firstDefinitions: ReadonlySet<Node>;
}

/** Where prose opens a comment that Markdown does not take for one, but a less careful reader might. */
const looseComment = /(?<!\\)(?:\\\\)*<!--/;

const survey = (root: Root, text: string): Survey => {
  const html: Html[] = [];
  const nodes: Node[] = [];
  const links = new Set<string>();
  const footnotes = new Set<string>();
  const first = new Map<string, Node>();
  let [cell, footnote]: [Node | undefined, Node | undefined] = [undefined, undefined];
  visit(root, (node) => {
    nodes.push(node);
    if (node.type === 'tableCell') cell = node;
    if (node.type === 'footnoteDefinition') footnote = node;
    if (node.type === 'linkReference' || node.type === 'imageReference') links.add(node.identifier);
    if (node.type === 'footnoteReference' && !isWithin(node, footnote)) footnotes.add(node.identifier);
    if (node.type === 'definition' || node.type === 'footnoteDefinition') {
      const key = `${node.type} ${node.identifier}`;
      if (!first.has(key)) first.set(key, node);
    }
    const place = { cell: isWithin(node, cell) ? cell : undefined, inFootnote: isWithin(node, footnote) };
    if (node.type === 'html') html.push({ ...rangeOf(node), value: node.value, ...place });
    const loose = node.type === 'text' && node.value.includes('<!--') ? looseOf(node, text) : undefined;
    if (loose !== undefined) html.push({ ...loose, ...place });
  });
  return { html, nodes, links, footnotes, firstDefinitions: new Set(first.values()) };
};

const rangeOf = (node: Node): { readonly start: number; readonly end: number } => ({
  start: node.position?.start.offset ?? 0,
  end: node.position?.end.offset ?? 0,
});

const looseOf = (node: Node, text: string): Omit<Html, 'cell' | 'inFootnote'> | undefined => {
  const { start, end } = rangeOf(node);
  const found = looseComment.exec(text.slice(start, end));
  if (found === null) return undefined;
  const from = start + found.index + found[0].length - 4;
  return { start: from, end, value: text.slice(from, end) };
};

const isWithin = (node: Node, outer: Node | undefined): boolean =>
  outer !== undefined && rangeOf(node).start < rangeOf(outer).end;

const remove = (node: Node): readonly SourceEdit[] => [{ ...rangeOf(node), text: '' }];

const editsOf = (node: Node, text: string, found: Survey): readonly SourceEdit[] => {
  switch (node.type) {
    case 'definition':
      return definitionEdits(node as Definition, found);
    case 'footnoteDefinition':
      return found.footnotes.has((node as FootnoteDefinition).identifier) && found.firstDefinitions.has(node)
        ? []
        : remove(node);
    case 'link':
      return linkEdits(node as Link, text);
    case 'image':
      return [{ ...rangeOf(node), text: `![image](${address((node as Image).url)})` }];
    case 'imageReference':
      return [{ ...rangeOf(node), text: `![image][${(node as ImageReference).label ?? ''}]` }];
    case 'code':
      return fenceEdits(node, text);
    case 'text':
      return referenceEdits(rangeOf(node), text);
    default:
      return [];
  }
};

const definitionEdits = (node: Definition, { links, firstDefinitions }: Survey): readonly SourceEdit[] => {
  if (!links.has(node.identifier) || !firstDefinitions.has(node)) return remove(node);
  return [{ ...rangeOf(node), text: `[${node.label ?? node.identifier}]: ${address(node.url) || '<>'}` }];
};

/** A title is shown only to who points at the link; a link around nothing is not shown at all. */
const linkEdits = (node: Link, text: string): readonly SourceEdit[] => {
  const { start, end } = rangeOf(node);
  if (text[start] !== '[') return [];
  if (node.children.length === 0) return remove(node);
  const last = node.children.at(-1);
  const tail = last?.position === undefined ? -1 : text.indexOf('](', rangeOf(last).end);
  return typeof node.title !== 'string' || tail < 0 || tail >= end
    ? []
    : [{ start: tail, end, text: `](${address(node.url)})` }];
};

const address = (url: string): string =>
  url.replace(/[\s()<>\\&[\]`!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

const fenceEdits = (node: Node, text: string): readonly SourceEdit[] => {
  const { start, end } = rangeOf(node);
  const [, fence, info] = /^(`{3,}|~{3,})([^\n]*)/.exec(text.slice(start, Math.min(end, start + 70_000))) ?? [];
  if (fence === undefined || info === undefined || info.trim() === '') return [];
  const language = /^[\w+#.-]{1,30}$/.exec(info.trim().split(/\s+/, 1)[0] ?? '')?.[0] ?? '';
  return language === info
    ? []
    : [{ start: start + fence.length, end: start + fence.length + info.length, text: language }];
};

const referenceEdits = ({ start, end }: { start: number; end: number }, text: string): readonly SourceEdit[] => {
  const source = text.slice(start, end);
  if (!source.includes('&')) return [];
  const decoded = decodeReferences(source);
  return decoded === source ? [] : [{ start, end, text: decoded }];
};

/** All HTML as one stream, the Markdown between its pieces standing for a letter each: what hides, hides that too. */
const htmlEdits = (text: string, pieces: readonly Html[]): readonly SourceEdit[] => {
  const html = pieces.filter((each) => !each.inFootnote);
  if (pieces.length === 0) return [];
  const dropped = pieces.filter((each) => each.inFootnote).map(({ start, end }) => ({ start, end, text: '' }));
  return [...dropped, ...streamEdits(text, streamOf(text, html))];
};

/** A piece of the stream. `source` is where its text stands in the document; a wrapper of ours stands nowhere. */
interface Piece {
  readonly at: number;
  readonly text: string;
  readonly source?: { readonly start: number; readonly end: number };
  /** It stands for Markdown, which is kept or not as a whole. */
  readonly isGap?: boolean;
}

const cellOpens = '<table><tr><td>';
const cellCloses = '</td></tr></table>';

const streamOf = (text: string, html: readonly Html[]): readonly Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (content: string, more: Partial<Piece> = {}): void => {
    pieces.push({ at, text: content, ...more });
    at += content.length;
  };
  let [done, cell]: [number, Node | undefined] = [0, undefined];
  const gapTo = (end: number): void => {
    if (end > done) add('x', { source: { start: done, end }, isGap: true });
    done = Math.max(done, end);
  };
  const leave = (): void => {
    if (cell === undefined) return;
    gapTo(rangeOf(cell).end);
    add(cellCloses);
    cell = undefined;
  };
  const enter = (next: Node | undefined): void => {
    if (next === undefined) return;
    gapTo(rangeOf(next).start);
    add(cellOpens);
    cell = next;
  };
  for (const node of html) {
    if (node.cell !== cell) {
      leave();
      enter(node.cell);
    }
    gapTo(node.start);
    add(node.value, { source: { start: node.start, end: node.end } });
    done = node.end;
  }
  leave();
  gapTo(text.length);
  return pieces;
};

/** A tree keeps no place for a tag it has no use for, such as a declaration or a stray end: text runs on over it. */
const leftTag = /<[!?/a-z][^>]*(?:>|$)/gi;

const streamEdits = (text: string, pieces: readonly Piece[]): readonly SourceEdit[] => {
  const parts = visibleParts(pieces.map((piece) => piece.text).join(''));
  let next = 0;
  return pieces.flatMap(({ at, text: content, source, isGap }) => {
    if (source === undefined) return [];
    while ((parts[next]?.end ?? Infinity) <= at) next += 1;
    const kept: string[] = [];
    for (let n = next; (parts[n]?.start ?? Infinity) < at + content.length; n += 1) {
      const { start = 0, end = 0, text: written } = parts[n] ?? {};
      kept.push(
        written ?? decodeReferences(content.slice(Math.max(0, start - at), end - at).replace(leftTag, ''), true),
      );
    }
    const now = isGap === true ? (kept.length > 0 ? undefined : '') : kept.join('');
    return now === undefined || now === text.slice(source.start, source.end) ? [] : [{ ...source, text: now }];
  });
};
