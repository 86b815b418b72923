import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mermaid } from '../support/mermaid.js';

const documents = ['SECURITY.md', 'README.md', 'docs/architecture.md', 'docs/security.md'];

const diagrams = documents.flatMap((name) => {
  const text = readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram = '']) => [name, diagram] as const);
});

it('there is one of the trust boundaries', () => {
  expect(diagrams.map(([name]) => name)).toContain('SECURITY.md');
});

it.each(diagrams)('every diagram of %s can be drawn', async (_name, diagram) => {
  await expect(mermaid.parse(diagram)).resolves.toHaveProperty('diagramType');
});
