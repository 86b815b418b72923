import { z } from 'zod';
import { PlanDocument } from '../plan/plan.js';
import { Prd } from '../prd.js';
import { RunEventBody } from '../run/event.js';
import { Summary } from './summary.js';

/** A line of the journal as one object, since JSON Schema cannot close an intersection. */
const JournalLine = z.union(
  RunEventBody.options.map((option) => z.strictObject({ seq: z.int().positive(), at: z.number(), ...option.shape })),
);

/**
 * The JSON Schemas of the public data contracts by file name below `schema/`, as text. Documents that people bring
 * (plan, PRD) are described as they may be written, with defaults left out; the others as they are written by us.
 */
export const renderSchemas = (): Readonly<Record<string, string>> => ({
  'summary.schema.json': render(Summary, 'Summary of an aider-orchestrator run', 'output'),
  'plan.schema.json': render(PlanDocument, 'Plan of an aider-orchestrator run', 'input'),
  'prd.schema.json': render(Prd, 'Product requirements document of an aider-orchestrator run', 'input'),
  'event.schema.json': render(JournalLine, 'One line of the journal of an aider-orchestrator run', 'output'),
});

const render = (schema: z.ZodType, title: string, io: 'input' | 'output'): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io }) }, null, 2)}\n`;
