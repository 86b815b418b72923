import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';

interface Mermaid {
  /** Resolves with what kind of diagram it is; rejects with what is wrong with it. */
  parse(text: string): Promise<{ readonly diagramType: string }>;
}

const file = createRequire(import.meta.url).resolve('@mermaid-js/tiny');

/**
 * The diagrams' own parser, from the package the embedded GitHub's pages use. It is a script for browsers whose last
 * expression is the library; parsing needs no page.
 */
export const mermaid = runInThisContext(readFileSync(file, 'utf8')) as Mermaid;
