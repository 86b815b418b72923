import { randomUUID } from 'node:crypto';

/** A new unique id for a record. */
export const newId = () => randomUUID();

/** Whether a value has the form of an id made by `newId`. */
export const isId = (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
