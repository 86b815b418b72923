import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { Root, RootContent } from 'mdast';
import { Prd } from './prd.js';
import { failed, success, type Result } from './result.js';

/**
 * A PRD a request brings: Markdown with a title and the sections Goal, Scope, Non-goals, Acceptance criteria, Risks
 * and Open questions (the form `renderPrd` writes), or the same as JSON. All faults are given together.
 */
export const parsePrd = (text: string): Result<Prd, readonly string[]> => {
  const document = text.trimStart().startsWith('{') ? readJson(text) : success(readMarkdown(text));
  if (!document.ok) return document;
  const parsed = Prd.safeParse(document.value);
  if (parsed.success) return success(parsed.data);
  return failed(
    parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${mend(path, message)}`),
  );
};

const readJson = (text: string): Result<unknown, readonly string[]> => {
  try {
    return success(JSON.parse(text) as unknown);
  } catch (error) {
    return failed([`it begins like JSON but is none: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

const expected: Readonly<Record<string, string>> = {
  title: 'expected a first heading with the title',
  goal: 'expected a section "Goal" with a text',
  acceptance: 'expected a section "Acceptance criteria" with a list of at least one item',
};

const mend = (path: readonly PropertyKey[], message: string): string => expected[String(path[0])] ?? message;

const readMarkdown = (text: string): unknown => {
  const root = unified().use(remarkParse).parse(text);
  const sections = sectionsOf(root, text);
  return {
    title: titleOf(root, text),
    goal: (sections.get('goal') ?? []).map((node) => source(node, text)).join('\n\n'),
    scope: items(sections.get('scope'), text),
    nonGoals: items(sections.get('non-goals'), text),
    acceptance: items(sections.get('acceptance criteria'), text).map((item, index) => ({
      id: `AC${index + 1}`,
      text: item.replace(/^[*_`]*AC\d+[*_`]*\s*[:.–-]?[*_`]*\s*/i, ''),
    })),
    risks: items(sections.get('risks'), text),
    openQuestions: items(sections.get('open questions'), text),
  };
};

const titleOf = (root: Root, text: string): string => {
  const heading = root.children.find((node) => node.type === 'heading' && node.depth === 1);
  return heading === undefined ? '' : headingText(heading, text).replace(/^PRD:\s*/i, '');
};

const sectionsOf = (root: Root, text: string): ReadonlyMap<string, readonly RootContent[]> => {
  const sections = new Map<string, RootContent[]>();
  let current: RootContent[] | undefined;
  for (const node of root.children) {
    if (node.type === 'heading') {
      current = [];
      sections.set(
        headingText(node, text)
          .toLowerCase()
          .replace(/[^a-z]+/g, ' ')
          .trim()
          .replace('non goals', 'non-goals'),
        current,
      );
    } else current?.push(node);
  }
  return sections;
};

const headingText = (node: RootContent, text: string): string =>
  source(node, text)
    .replace(/^#+\s*|\s*#+\s*$/g, '')
    .trim();

const items = (nodes: readonly RootContent[] | undefined, text: string): readonly string[] =>
  (nodes ?? []).flatMap((node) =>
    node.type === 'list'
      ? node.children.map((item) =>
          item.children
            .map((child) => source(child, text))
            .join('\n')
            .trim(),
        )
      : [],
  );

const source = (node: RootContent, text: string): string =>
  text.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
