import { classifyProviderError, isKeyDead } from '../../core/provider-error.js';
import type { Stage } from './exchange.js';

/** Told once a provider. `said` is the status and error it refused its key with. */
export type OnDeadKey = (provider: string, kind: 'auth-failed' | 'quota-exhausted', said: string) => void;

/**
 * Once a provider has refused its key, or says that its account is empty, nobody asks it again: the whole run would
 * only collect the same answer, and Aider would repeat it for more than a minute.
 */
export const refuseDeadKeys = (onDeadKey: OnDeadKey | undefined): Stage => {
  const dead = new Map<string, string>();
  return async (exchange, next) => {
    const provider = exchange.upstream.name;
    const error = dead.get(provider);
    // 401 is what makes Aider stop at once, also where the first answer was a 429.
    if (error !== undefined) {
      return { kind: 'refused', status: 401, message: `${provider} has refused its key: ${error}`, error };
    }
    const ending = await next();
    if (ending.kind !== 'answered' || ending.status < 400 || dead.has(provider)) return ending;
    const kind = classifyProviderError(ending.status, ending.facts.error);
    if (!isKeyDead(kind)) return ending;
    dead.set(provider, ending.facts.error);
    onDeadKey?.(provider, kind, `${ending.status} ${ending.facts.error}`);
    return ending;
  };
};
