import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { buildReport } from '../../../src/core/report/report.js';
import { renderSchemas } from '../../../src/core/report/schemas.js';
import { storyEvents, storyPlan, storyRun } from '../render/story.js';

const folder = join(process.cwd(), 'schema');
const validator = (name: string) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile(JSON.parse(renderSchemas()[name] ?? '{}') as object);
};

describe('the JSON Schemas', () => {
  it('in schema/ are those of the code; `npm run schema` writes them', () => {
    const written = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    expect(Object.fromEntries(written)).toEqual(renderSchemas());
  });

  it('accept a summary and refuse one with an unknown field', () => {
    const run = storyRun();
    const { summary } = buildReport(run, { finishedAt: run.updatedAt });
    const validate = validator('summary.schema.json');
    expect([validate(summary), validate.errors]).toEqual([true, null]);
    expect(validate({ ...summary, extra: 1 })).toBe(false);
  });

  it('accept every event of a run and refuse one without its number', () => {
    const validate = validator('event.schema.json');
    for (const event of storyEvents) expect([event.type, validate(event)]).toEqual([event.type, true]);
    expect(validate({ type: 'warning', message: 'x', at: 1 })).toBe(false);
  });

  it('accept a plan with its defaults left out', () => {
    const validate = validator('plan.schema.json');
    expect(validate(storyPlan)).toBe(true);
    const task = { id: 'a', title: 'A', kind: 'docs', instructions: 'x', writes: ['a'] };
    expect(validate({ version: 1, title: 'T', tasks: [task] })).toBe(true);
    expect(validate({ version: 1, title: 'T', tasks: [{ ...task, kind: 'other' }] })).toBe(false);
  });
});
