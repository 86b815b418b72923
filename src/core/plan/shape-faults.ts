import type { z } from 'zod';
import { brief, type PlanFault, type PlanFaults } from './plan-fault.js';

/** The schema's complaints in our words: task, what was expected, what came. */
export const shapeFaults = (input: unknown, error: z.ZodError): PlanFaults =>
  error.issues.map((issue): PlanFault => {
    const value = valueAt(input, issue.path);
    const came = issue.code === 'unrecognized_keys' ? '' : `; got ${brief(value)}`;
    return { path: renderPath(issue.path), message: `${labelOf(input, issue.path)}${issue.message}${came}` };
  });

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    input,
  );

const labelOf = (input: unknown, [list, index]: readonly PropertyKey[]): string => {
  if (list !== 'tasks' || index === undefined) return '';
  const id = valueAt(input, [list, index, 'id']);
  return typeof id === 'string' ? `task ${brief(id)}: ` : `task ${Number(index) + 1}: `;
};

const renderPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`),
    '',
  );
