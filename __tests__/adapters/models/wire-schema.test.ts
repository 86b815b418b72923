import { z } from 'zod';
import { parseAnswer } from '../../../src/adapters/models/parse-answer.js';
import { wireSchema, type Json } from '../../../src/adapters/models/wire-schema.js';
import { PlanDocument } from '../../../src/core/plan/plan.js';
import { Prd } from '../../../src/core/prd.js';

/** Every schema within a schema. */
const nodes = (node: unknown): readonly Json[] => {
  if (typeof node !== 'object' || node === null) return [];
  const children = Array.isArray(node) ? node : Object.values(node);
  return [...(Array.isArray(node) ? [] : [node as Json]), ...children.flatMap(nodes)];
};

const refused = [
  'default',
  'pattern',
  'const',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'oneOf',
  '$schema',
];

describe('the schema models are given', () => {
  it.each([
    ['a PRD', Prd],
    ['a plan', PlanDocument],
  ])('for %s has every key required and closed, and nothing a provider refuses', (_, schema: z.ZodType) => {
    const { json } = wireSchema(schema);
    const objects = nodes(json).filter((node) => node['type'] === 'object');
    expect(objects.length).toBeGreaterThan(1);
    for (const node of objects) {
      expect(node['additionalProperties']).toBe(false);
      expect(node['required']).toEqual(Object.keys(node['properties'] as object));
    }
    // A property may be called like a keyword; none of ours is.
    for (const node of nodes(json)) for (const key of refused) expect(node).not.toHaveProperty([key]);
  });

  it('lets optional values be null, asks for those with a default, and tells limits in words', () => {
    const schema = z.strictObject({
      id: z.string().regex(/^a+$/).max(9),
      count: z.int().positive().default(3),
      note: z.string().optional(),
      kind: z.enum(['x', 'y']),
    });
    expect(wireSchema(schema).json).toEqual({
      type: 'object',
      properties: {
        id: {
          description: expect.stringMatching(/must match \^a\+\$.*characters at most 9/) as string,
          type: 'string',
        },
        count: { description: expect.stringContaining('by default 3') as string, type: 'integer' },
        note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        kind: { type: 'string', enum: ['x', 'y'] },
      },
      required: ['id', 'count', 'note', 'kind'],
      additionalProperties: false,
    });
  });
});

const minimal = {
  title: 'T',
  tasks: [{ id: 'a', title: 'A', kind: 'docs', instructions: 'I', writes: ['a.md'], model: null, reads: null }],
};

describe('an answer', () => {
  const wire = wireSchema(PlanDocument);
  const parse = (text: string) => parseAnswer(text, PlanDocument, wire);

  it('is judged by the real schema: constants filled in, nulls left out, defaults applied', () => {
    const parsed = parse(JSON.stringify(minimal));
    expect(parsed).toMatchObject({
      ok: true,
      value: { version: 1, tasks: [{ id: 'a', reads: [], estimateMinutes: 5 }] },
    });
    expect(parsed.ok && parsed.value.tasks[0]).not.toHaveProperty('model');
  });

  it.each([
    ['in a fence', (text: string) => `Here it is:\n\`\`\`json\n${text}\n\`\`\`\nBye.`],
    ['among words', (text: string) => `Sure! ${text} Anything else?`],
  ])('may stand %s', (_, wrap) => {
    expect(parse(wrap(JSON.stringify(minimal, null, 2))).ok).toBe(true);
  });

  it('that does not fit is told fault by fault', () => {
    const broken = { ...minimal, extra: 1, tasks: [{ ...minimal.tasks[0], id: 'Not A Slug', writes: [] }] };
    const parsed = parse(JSON.stringify(broken));
    expect(parsed.ok).toBe(false);
    const faults = parsed.ok ? [] : parsed.failure;
    expect(faults.some((fault) => fault.startsWith('tasks.0.id: '))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('tasks.0.writes: '))).toBe(true);
    expect(faults.some((fault) => fault.includes('extra'))).toBe(true);
  });

  it('that is no JSON is shown by its beginning', () => {
    expect(parse('I cannot do that.')).toEqual({
      ok: false,
      failure: [expect.stringContaining('"I cannot do that."')],
    });
  });
});
