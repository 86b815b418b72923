import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSchemas } from '../src/core/report/schemas.js';

/** Writes the JSON Schemas of the public contracts to `schema/` (`npm run schema`). */
const folder = join(import.meta.dirname, '..', 'schema');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(renderSchemas())) writeFileSync(join(folder, name), text);
