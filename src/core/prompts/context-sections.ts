import type { Request } from '../request/request.js';
import type { NamedText, RepositoryContext } from './context.js';
import type { Section } from './sections.js';

const maxTreeFiles = 1_500;
const maxTreeLength = 24_000;
const maxFileLength = 8_000;

/** What the request says, as data. */
export const requestSection = ({ title, body }: Request): Section => ({
  title: 'REQUEST',
  text: [title, body].filter((part) => part.trim() !== '').join('\n\n'),
  rank: 0,
});

/** The repository as data, what matters most having the best ranks. */
export const contextSections = (context: RepositoryContext): readonly Section[] => [
  { title: 'FILES OF THE REPOSITORY', text: renderTree(context.tree), rank: 3 },
  { title: 'README', text: cap(context.readme ?? ''), rank: 6 },
  ...context.manifests.map((file) => fileSection(file, 4)),
  ...context.named.map((file) => fileSection(file, 2)),
  { title: 'MAP OF THE CODE', text: context.repositoryMap, rank: 5 },
  {
    title: 'VALIDATION COMMANDS (run by us after every change)',
    text: context.validation.map(({ name, run }) => `${name}: ${run}`).join('\n'),
    rank: 1,
  },
];

const fileSection = ({ path, text }: NamedText, rank: number): Section => ({
  title: `FILE ${JSON.stringify(path)}`,
  text: cap(text),
  rank,
});

const cap = (text: string): string =>
  text.length <= maxFileLength ? text : `${text.slice(0, maxFileLength)}\n[cut: ${text.length} characters in all]`;

/** As many paths as fit, those nearest to the root first, with a note of how many more there are. */
export const renderTree = (tree: readonly string[]): string => {
  const byDepth = [...tree].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : a > b ? 1 : 0));
  const kept: string[] = [];
  let length = 0;
  for (const path of byDepth.slice(0, maxTreeFiles)) {
    length += path.length + 1;
    if (length > maxTreeLength) break;
    kept.push(path);
  }
  const more = tree.length - kept.length;
  // One line a path: a path with a line break in it must not look like two.
  const lines = kept.sort().map((path) => path.replace(/[\r\n]/g, '?'));
  return [...lines, ...(more > 0 ? [`[and ${more} more files, not listed]`] : [])].join('\n');
};

const depth = (path: string): number => path.split('/').length;
