import { notFound } from '../errors.js';

/** Removes the user. Throws a 404 when there is none. */
export const deleteUser = (store, id) => {
  if (!store.collection('users').remove(id)) throw notFound(`No user ${id}`);
};
