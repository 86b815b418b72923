import type { Repository } from '../../src/ports/repository.js';

/** Milliseconds in each method of a repository, one entry a call. */
export type Stages = ReadonlyMap<string, readonly number[]>;

/** The same repository, its calls timed. */
export const timedRepository = <R extends Repository>(repository: R): { repository: R; stages: Stages } => {
  const stages = new Map<string, number[]>();
  const timed = new Proxy(repository, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      return (...args: unknown[]): unknown => {
        const startedAt = performance.now();
        const result = method(...args);
        if (!(result instanceof Promise)) return result;
        return result.finally(() => {
          const key = String(name);
          stages.set(key, [...(stages.get(key) ?? []), performance.now() - startedAt]);
        });
      };
    },
  });
  return { repository: timed, stages };
};
