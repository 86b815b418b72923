import { findProvider } from '../../core/providers.js';
import type { Stage, Upstream } from './exchange.js';

/** Whether requests can go to it: it has a key, or it is a server of the user's own that may need none. */
export const isConfigured = ({ name, base, key }: Upstream): boolean =>
  key !== undefined || base !== findProvider(name)?.defaultBase;

/** A provider's own address without a key would only answer 401: say which input is missing instead. */
export const requireKey: Stage = async ({ upstream }, next) => {
  if (isConfigured(upstream)) return next();
  const provider = findProvider(upstream.name);
  const message = `No key for ${provider?.title ?? upstream.name}: set the input ${provider?.keyInput ?? 'key'} or ${provider?.keyEnv ?? ''} in the environment.`;
  return { kind: 'refused', status: 401, message, error: `missing_api_key: ${message}` };
};
