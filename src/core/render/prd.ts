import type { Prd } from '../prd.js';
import { defuse, defuseLine } from '../text/outgoing.js';
import { blocks } from './markdown.js';

/** The PRD as the Markdown file below `docs/prd/`. */
export const renderPrd = (prd: Prd): string =>
  `${blocks(
    `# ${defuseLine(prd.title)}`,
    part('Goal', defuse(prd.goal)),
    part('Scope', list(prd.scope)),
    part('Non-goals', list(prd.nonGoals)),
    part('Acceptance criteria', prd.acceptance.map(({ id, text }) => `- **${id}**: ${defuseLine(text)}`).join('\n')),
    part('Risks', list(prd.risks)),
    part('Open questions', list(prd.openQuestions)),
  )}\n`;

const part = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);

const list = (items: readonly string[]): string => items.map((item) => `- ${defuseLine(item)}`).join('\n');
