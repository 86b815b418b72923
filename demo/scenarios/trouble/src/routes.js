import { searchUsers } from './users/search-users.js';
import { pageOf } from './util/page.js';

/** Every route of the service. A handler gets `{ params, query, body, store, now }` and returns `{ status, body }`. */
export const routes = [
  { method: 'GET', path: '/health', handler: () => ({ status: 200, body: { status: 'ok' } }) },
  {
    method: 'GET',
    path: '/users',
    handler: ({ store, query }) => ({ status: 200, body: pageOf(searchUsers(store, query.search), query) }),
  },
];
