import type { Clock } from '../../src/ports/clock.js';
import type { Chance } from './chance.js';

/** Every method of a port takes a moment before it does anything, so that another step, or a kill, may come between. */
export const slowly = <Port extends object>(
  port: Port,
  {
    chance,
    clock,
    except = [],
  }: { readonly chance: Chance; readonly clock: Clock; readonly except?: readonly string[] },
): Port =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (except.includes(String(name))) return method;
      return async (...args: unknown[]) => {
        await clock.sleep(chance.below(4));
        return method(...args);
      };
    },
  });
