import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { actionMetadata, fillReadme } from '../src/core/settings/documentation.js';

/** Writes action.yml and the README's tables from the one table of settings. */
const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const readme = existsSync(path('README.md')) ? readFileSync(path('README.md'), 'utf8') : '# aider-orchestrator\n';
writeFileSync(path('README.md'), fillReadme(readme));

const header = '# Written by `npm run readme` from src/core/settings; change the tables there.\n';
writeFileSync(path('action.yml'), header + stringify(actionMetadata(), { lineWidth: 0, singleQuote: true }));
