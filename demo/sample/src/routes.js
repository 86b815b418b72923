/** Every route of the service. A handler gets `{ params, query, body, store, now }` and returns `{ status, body }`. */
export const routes = [{ method: 'GET', path: '/health', handler: () => ({ status: 200, body: { status: 'ok' } }) }];
