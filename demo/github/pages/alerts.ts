import type MarkdownIt from 'markdown-it';

type Core = Parameters<Parameters<InstanceType<typeof MarkdownIt>['core']['ruler']['push']>[1]>[0];

const marker = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]$/;

/** `> [!NOTE]` on a line of its own at the start of a quote makes the quote an alert, with the word as its title. */
export const alerts = (state: Core): void => {
  state.tokens.forEach((token, index) => {
    const quote = state.tokens[index - 2];
    if (token.type !== 'inline' || quote?.type !== 'blockquote_open') return;
    const [first, second] = token.children ?? [];
    const kind = first?.type === 'text' ? marker.exec(first.content)?.[1] : undefined;
    if (kind === undefined || first === undefined) return;
    if (second !== undefined && second.type !== 'softbreak' && second.type !== 'hardbreak') return;
    quote.attrJoin('class', `alert-${kind.toLowerCase()}`);
    first.type = 'html_inline';
    first.content = `<strong>${kind.slice(0, 1)}${kind.slice(1).toLowerCase()}</strong>`;
    if (second !== undefined) Object.assign(second, { type: 'hardbreak', tag: 'br' });
  });
};
