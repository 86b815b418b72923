import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';

/** What GitHub would act on in a text: its prose outside code, its addresses, its HTML. */
export interface Acting {
  readonly prose: string;
  readonly addresses: readonly string[];
  readonly html: string;
}

export const markdownOf = (text: string): Acting => {
  const prose: string[] = [];
  const addresses: string[] = [];
  const html: string[] = [];
  visit(unified().use(remarkParse).use(remarkGfm).parse(text), (node) => {
    if (node.type === 'text') prose.push(node.value);
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') addresses.push(node.url);
    if (node.type === 'html') html.push(node.value);
  });
  return { prose: prose.join('\n'), addresses, html: html.join('\n') };
};
