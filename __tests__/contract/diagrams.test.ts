import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { startChromium } from '../support/chromium.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const documents = [root, join(root, 'docs')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const diagrams = documents.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  const name = relative(root, file);
  return [...text.matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram = '']) => [name, diagram] as const);
});

let browser: Browser;
beforeAll(async () => (browser = await startChromium()), 30_000);
afterAll(() => browser.close());

/** The kind of diagram that can be drawn of a text, or what is wrong with it. Flow charts need a page. */
const draw = async (diagram: string): Promise<unknown> => {
  const page = await browser.newPage();
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('@mermaid-js/tiny') });
  const call = `mermaid.render('drawn', ${JSON.stringify(diagram)}).then(({ diagramType }) => diagramType, String)`;
  return page.evaluate(call).finally(() => page.close());
};

describe('diagrams in documents', () => {
  it.each(['SECURITY.md', 'docs/engine.md'])('are in %s', (name) => {
    expect(diagrams.map(([of]) => of)).toContain(name);
  });

  it.each(diagrams)(
    'can be drawn: %s',
    async (_name, diagram) => {
      expect(await draw(diagram)).toMatch(/^[\w-]+$/);
      expect(await draw(`${diagram}\n[*] --> -->`)).not.toMatch(/^[\w-]+$/);
    },
    30_000,
  );
});
