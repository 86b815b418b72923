import { HttpError } from './errors.js';
import { matchRoute } from './router.js';
import { routes } from './routes.js';
import { createStore } from './store.js';

/** The service without HTTP: `handle({ method, path, query, body })` resolves to `{ status, body }`. */
export const createApp = ({ store = createStore(), now = () => new Date(), ...services } = {}) => ({
  handle: async ({ method, path, query = {}, body }) => {
    const route = matchRoute(routes, method, path);
    if (!route) return failure(404, 'not-found', `No ${method} ${path} here`);
    try {
      return await route.handler({ ...services, params: route.params, query, body, store, now });
    } catch (error) {
      if (error instanceof HttpError) return failure(error.status, error.code, error.message);
      throw error;
    }
  },
});

const failure = (status, code, message) => ({ status, body: { error: { code, message } } });
