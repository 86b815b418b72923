import type { IncomingHttpHeaders } from 'node:http';

/**
 * How long a provider asks to wait, ms: `retry-after-ms` (OpenAI), `retry-after` in seconds or as a date. Undefined
 * where it does not say.
 */
export const retryAfterOf = (headers: IncomingHttpHeaders, now: number): number | undefined => {
  const precise = Number(headers['retry-after-ms'] ?? NaN);
  if (Number.isFinite(precise) && precise >= 0) return Math.ceil(precise);
  const said = headers['retry-after']?.trim();
  if (said === undefined || said === '') return undefined;
  const seconds = Number(said);
  if (Number.isFinite(seconds)) return seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
  const date = Date.parse(said);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
