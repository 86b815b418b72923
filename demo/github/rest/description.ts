import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** GitHub's OpenAPI description, trimmed (`demo/github/openapi`), as routes and lazily compiled validators. */

type Json = { readonly [key: string]: unknown };

export interface Route {
  readonly operationId: string;
  readonly method: string;
  readonly template: string;
  /** Matches a raw pathname below the API root; groups are the path parameters, still encoded. */
  readonly pattern: RegExp;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const orNull = (schema: Json): Json =>
  typeof schema['type'] === 'string' && schema['enum'] === undefined
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

/** OpenAPI 3.0 says `nullable`, JSON Schema (and ajv) `null` as a type. */
const convert = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(convert);
  if (!isJson(value)) return value;
  const { nullable, discriminator: _, ...rest } = value;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, convert(inner)]));
  return nullable === true ? orNull(schema) : schema;
};

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isJson(inner) ? inner[key] : undefined), value);

const entries = (value: unknown): [string, unknown][] => (isJson(value) ? Object.entries(value) : []);

/** Parameters that may hold slashes; they stand last in their path. */
const wide = new Set(['ref', 'path', 'basehead', 'branch', 'name']);

const patternOf = (template: string): RegExp => {
  const literal = template.replace(/[.]/g, '\\.');
  const source = literal.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${wide.has(name) ? '.*' : '[^/]+'})`);
  return new RegExp(`^${source}$`);
};

const load = (): Json => {
  const text = readFileSync(new URL('../openapi/api.github.com.json', import.meta.url), 'utf8');
  const document: unknown = JSON.parse(text);
  if (!isJson(document)) throw new Error('the OpenAPI description is not an object');
  return document;
};

const makeRoutes = (document: Json): readonly Route[] =>
  entries(document['paths'])
    .flatMap(([template, methods]) =>
      entries(methods).map(([method, operation]) => ({
        operationId: String(at(operation, 'operationId')),
        method: method.toUpperCase(),
        template,
        pattern: patternOf(template),
      })),
    )
    .sort((a, b) => b.template.split('/').length - a.template.split('/').length);

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
}

/** Routes of the description and a check for each side of an operation. A check gives back the first fault, or ''. */
export class Description {
  readonly routes: readonly Route[];
  private readonly document: Json;
  private readonly strict: Ajv;
  private readonly coercing: Ajv;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor() {
    const source = load();
    this.routes = makeRoutes(source);
    this.document = convert(source) as Json;
    const options = { strict: false, logger: false, inlineRefs: false, validateSchema: false } as const;
    this.strict = new Ajv(options);
    this.coercing = new Ajv({ ...options, coerceTypes: 'array', useDefaults: true });
    for (const ajv of [this.strict, this.coercing]) {
      formats.default(ajv);
      ajv.addSchema({ $id: 'https://openapi.invalid/github', components: this.document['components'] });
    }
  }

  /** Checks and converts path and query parameters in place: numbers become numbers, defaults are filled in. */
  checkParameters(route: Route, place: 'path' | 'query', values: Record<string, unknown>): string {
    const key = `${route.operationId} ${place}`;
    return this.check(key, values, this.coercing, () => this.parameterSchema(route, place));
  }

  checkBody(route: Route, body: unknown): string {
    const request = at(this.operation(route), 'requestBody');
    const schema = at(request, 'content', 'application/json', 'schema');
    if (schema === undefined || (body === undefined && at(request, 'required') !== true)) return '';
    return this.check(`${route.operationId} body`, body ?? {}, this.strict, () => schema);
  }

  /** Our own answer against what GitHub promises for that status. */
  checkAnswer(route: Route, status: number, body: unknown): string {
    const answer = at(this.operation(route), 'responses', String(status));
    if (answer === undefined) return `status ${status} is not described`;
    const schema = at(answer, 'content', 'application/json', 'schema');
    if (schema === undefined) return body === undefined ? '' : 'a body where none is described';
    return this.check(`${route.operationId} ${status}`, body, this.strict, () => schema);
  }

  private operation(route: Route): unknown {
    return at(this.document, 'paths', route.template, route.method.toLowerCase());
  }

  private parameterSchema(route: Route, place: string): Json {
    const mine = this.parameters(route).filter((each) => each.in === place);
    return {
      type: 'object',
      properties: Object.fromEntries(mine.map((each) => [each.name, each.schema])),
      required: mine.filter((each) => each.required).map((each) => each.name),
    };
  }

  private parameters(route: Route): readonly Parameter[] {
    const list = at(this.operation(route), 'parameters');
    return (Array.isArray(list) ? list : []).map((each: unknown) => {
      const reference = at(each, '$ref');
      const found = typeof reference === 'string' ? at(this.document, ...reference.slice(2).split('/')) : each;
      const schema = at(found, 'schema') ?? {};
      return {
        name: String(at(found, 'name')),
        in: String(at(found, 'in')),
        required: at(found, 'required') === true,
        schema,
      };
    });
  }

  private check(key: string, value: unknown, ajv: Ajv, schema: () => unknown): string {
    const known = this.compiled.get(key);
    const validate = known ?? ajv.compile(rebase(schema()) as Json);
    if (known === undefined) this.compiled.set(key, validate);
    if (validate(value) === true) return '';
    const [error] = validate.errors ?? [];
    return `"${error?.instancePath ?? ''}" ${error?.message ?? 'is not valid'} ${JSON.stringify(error?.params ?? {})}`;
  }
}

/** References of a schema taken out of the document point back into it. */
const rebase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rebase);
  if (!isJson(value)) return value;
  const inner = Object.entries(value).map(([key, each]): [string, unknown] =>
    key === '$ref' && typeof each === 'string' ? [key, `https://openapi.invalid/github${each}`] : [key, rebase(each)],
  );
  return Object.fromEntries(inner);
};
