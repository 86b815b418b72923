import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { startChromium } from '../support/chromium.js';

const documents = ['SECURITY.md', 'README.md', 'docs/architecture.md', 'docs/security.md'];

const diagrams = documents.flatMap((name) => {
  const text = readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram = '']) => [name, diagram] as const);
});

let browser: Browser;
beforeAll(async () => (browser = await startChromium()), 30_000);
afterAll(() => browser.close());

/** The kind of diagram that can be drawn of a text, or what is wrong with it. Flow charts need a page. */
const draw = async (diagram: string): Promise<unknown> => {
  const page = await browser.newPage();
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('@mermaid-js/tiny') });
  const call = `mermaid.parse(${JSON.stringify(diagram)}).then(({ diagramType }) => diagramType, String)`;
  return page.evaluate(call).finally(() => page.close());
};

describe('diagrams in documents', () => {
  it('show the trust boundaries', () => {
    expect(diagrams.map(([name]) => name)).toContain('SECURITY.md');
  });

  it.each(diagrams)(
    'can be drawn: %s',
    async (_name, diagram) => {
      expect(await draw(diagram)).toMatch(/^[\w-]+$/);
      expect(await draw(`${diagram}\n]]`)).not.toMatch(/^[\w-]+$/);
    },
    30_000,
  );
});
