import { createHash } from 'node:crypto';
import type { PlanDocument } from './plan.js';

/**
 * 16 hex digits over plan, base commit and request text: what `/aider approve <hash>` names. The order of keys does
 * not matter, every value does.
 */
export const planHash = (plan: PlanDocument, base: string, requestText: string): string =>
  createHash('sha256').update(canonicalJson({ plan, base, requestText })).digest('hex').slice(0, 16);

const canonicalJson = (value: unknown): string => JSON.stringify(value, (_key, inner: unknown) => sorted(inner));

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
