import type { Prd } from '../prd.js';
import { defuse, defuseLine } from '../text/outgoing.js';
import { blocks } from './markdown.js';

/** The PRD as the Markdown file below `docs/prd/`. */
export const renderPrd = (prd: Prd): string =>
  `${blocks(
    `# ${defuseLine(prd.title)}`,
    part('Goal', prose(prd.goal)),
    part('Scope', list(prd.scope)),
    part('Non-goals', list(prd.nonGoals)),
    part('Acceptance criteria', prd.acceptance.map(({ id, text }) => `- **${id}**: ${defuseLine(text)}`).join('\n')),
    part('Risks', list(prd.risks)),
    part('Open questions', list(prd.openQuestions)),
  )}\n`;

const part = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

/** Several lines, none of which is a heading: another section would pass for one of ours when it is read again. */
const prose = (text: string): string => defuse(text).replace(/^( {0,3})(?=#{1,6}(?:\s|$)|(?:=+|-+)[ \t]*$)/gm, '$1\\');

const list = (items: readonly string[]): string => items.map((item) => `- ${defuseLine(item)}`).join('\n');
