import { createUser } from './users/create-user.js';
import { deleteUser } from './users/delete-user.js';
import { getUser, listUsers } from './users/read-user.js';
import { updateUser } from './users/update-user.js';

/** Every route of the service. A handler gets `{ params, query, body, store, now }` and returns `{ status, body }`. */
export const routes = [
  { method: 'GET', path: '/health', handler: () => ({ status: 200, body: { status: 'ok' } }) },
  {
    method: 'POST',
    path: '/users',
    handler: ({ store, body, now }) => ({ status: 201, body: createUser(store, body, now) }),
  },
  {
    method: 'GET',
    path: '/users',
    handler: ({ store, query }) => ({ status: 200, body: listUsers(store, query) }),
  },
  {
    method: 'GET',
    path: '/users/:id',
    handler: ({ store, params }) => ({ status: 200, body: getUser(store, params.id) }),
  },
  {
    method: 'PATCH',
    path: '/users/:id',
    handler: ({ store, params, body, now }) => ({ status: 200, body: updateUser(store, params.id, body, now) }),
  },
  {
    method: 'DELETE',
    path: '/users/:id',
    handler: ({ store, params }) => {
      deleteUser(store, params.id);
      return { status: 204 };
    },
  },
];
