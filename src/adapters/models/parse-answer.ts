import type { z } from 'zod';
import { failed, success, type Result } from '../../core/result.js';
import type { WireSchema } from './wire-schema.js';

/** More faults than this help nobody. */
const maxFaults = 30;

/** An answer's text as a value of the schema, or the list of its faults. */
export const parseAnswer = <T>(text: string, schema: z.ZodType<T>, wire: WireSchema): Result<T, readonly string[]> => {
  const found = findJson(text);
  if (found === undefined)
    return failed([`the answer is not JSON; it begins with ${JSON.stringify(text.slice(0, 80))}`]);
  const parsed = tryParse(() => schema.safeParse(wire.decode(found.value)));
  if (parsed === undefined) return failed(['the answer is nested too deeply']);
  if (parsed.success) return success(parsed.data);
  return failed(parsed.error.issues.slice(0, maxFaults).map(({ path, message }) => `${renderPath(path)}: ${message}`));
};

/** Undefined where the nesting of a hostile answer would take the whole stack. */
const tryParse = <T>(parse: () => T): T | undefined => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** The JSON of a text: all of it, what stands in its code fence, or from its first brace to its last. */
const findJson = (text: string): { readonly value: unknown } | undefined =>
  [
    text,
    /```(?:json)?\s*\n([\s\S]*)\n\s*```/.exec(text)?.[1] ?? '',
    text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1),
  ]
    .map(parseJson)
    .find((each) => each !== undefined);

const parseJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

const renderPath = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'the answer' : path.map(String).join('.');
