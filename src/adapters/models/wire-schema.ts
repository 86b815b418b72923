import { z } from 'zod';

/** A schema as a model is given it, and the way back. */
export interface WireSchema {
  /** JSON Schema that OpenAI's strict mode, Gemini and Anthropic all take. */
  readonly json: Json;
  /** Turns an answer of that shape into what the real schema expects. Never fails: the real schema judges. */
  decode(answer: unknown): unknown;
}

export type Json = { readonly [key: string]: unknown };

/**
 * The simplest schema that still says everything: every key required (OpenAI strict), what is optional may be null
 * instead, constants are not asked for but filled in (Gemini knows none), and limits and patterns, which one
 * provider or another refuses, are told in words. The answer has to pass the real schema afterwards.
 */
export const wireSchema = (schema: z.ZodType): WireSchema => {
  const source = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Json;
  return { json: toWire(source), decode: (answer) => decode(source, answer) };
};

const toWire = (node: Json): Json => {
  const described = describe(node);
  const branches = list(node['anyOf'] ?? node['oneOf']);
  if (branches.length > 0) return { ...described, anyOf: branches.map(toWire) };
  if (node['properties'] !== undefined) return { ...described, ...objectToWire(node) };
  if (node['type'] === 'array') return { ...described, type: 'array', items: toWire(object(node['items'])) };
  const kept = ['type', 'enum', '$ref'].flatMap((key) => (node[key] === undefined ? [] : [[key, node[key]]]));
  return { ...described, ...Object.fromEntries(kept) };
};

const objectToWire = (node: Json): Json => {
  const asked = Object.entries(object(node['properties'])).filter(([, child]) => !('const' in object(child)));
  const properties = asked.map(([key, child]) => {
    const wire = toWire(object(child));
    return [key, isRequired(node, key) || 'default' in object(child) ? wire : { anyOf: [wire, { type: 'null' }] }];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: asked.map(([key]) => key),
    additionalProperties: false,
  };
};

const isRequired = (node: Json, key: string): boolean => list(node['required'] as unknown).includes(key as never);

const describe = (node: Json): Json => {
  const said = [text(node['description']), ...Object.entries(words).flatMap(([key, say]) => say(node[key], key))];
  const description = said.filter(Boolean).join('; ');
  return description === '' ? {} : { description };
};

const number = (word: string) => (value: unknown) =>
  // zod writes the safe integers as limits of every int.
  typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER ? [`${word} ${value}`] : [];

const words: Readonly<Record<string, (value: unknown, key: string) => readonly string[]>> = {
  pattern: (value) => (typeof value === 'string' ? [`must match ${value}`] : []),
  minLength: number('characters at least'),
  maxLength: number('characters at most'),
  minItems: number('items at least'),
  maxItems: number('items at most'),
  minimum: number('at least'),
  maximum: number('at most'),
  exclusiveMinimum: number('more than'),
  exclusiveMaximum: number('less than'),
  default: (value) => (value === undefined ? [] : [`by default ${JSON.stringify(value)}`]),
};

const decode = (node: Json, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => decode(object(node['items']), each));
  if (typeof value !== 'object' || value === null) return value;
  const properties = object(node['properties']);
  const constants = Object.entries(properties).filter(([, child]) => 'const' in object(child));
  return {
    ...Object.fromEntries(constants.map(([key, child]) => [key, object(child)['const']])),
    ...Object.fromEntries(
      Object.entries(value)
        .filter(([key, child]) => child !== null || !Object.hasOwn(properties, key) || isRequired(node, key))
        .map(([key, child]) => [key, decode(object(properties[key]), child)]),
    ),
  };
};

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
