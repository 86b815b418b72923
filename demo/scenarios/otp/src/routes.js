import { createOutbox } from './mail/outbox.js';
import { confirmReset, requestReset } from './password-reset/reset-password.js';

const defaultOutbox = createOutbox();

/** Every route of the service. A handler gets `{ params, query, body, store, now }` and returns `{ status, body }`. */
export const routes = [
  { method: 'GET', path: '/health', handler: () => ({ status: 200, body: { status: 'ok' } }) },
  {
    method: 'POST',
    path: '/password-reset',
    handler: ({ store, now, body, outbox = defaultOutbox }) => {
      requestReset({ store, now, outbox }, body);
      return { status: 202, body: { message: 'If the address has an account, a code is on its way' } };
    },
  },
  {
    method: 'POST',
    path: '/password-reset/confirm',
    handler: ({ store, now, body }) => {
      confirmReset({ store, now }, body);
      return { status: 204 };
    },
  },
];
