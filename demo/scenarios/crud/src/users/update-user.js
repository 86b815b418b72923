import { conflict, invalid, notFound } from '../errors.js';
import { requireEmail, requireText } from '../validate.js';

/**
 * Changes the name, the e-mail address or both, and returns the user.
 * Throws a 404 when there is no such user, a 400 for bad or no input, a 409 when the address is another user's.
 */
export const updateUser = (store, id, input, now) => {
  const users = store.collection('users');
  if (!users.get(id)) throw notFound(`No user ${id}`);
  const changes = readChanges(input);
  const taken = users.list((user) => user.email === changes.email && user.id !== id).length > 0;
  if (changes.email !== undefined && taken) throw conflict(`${changes.email} is taken`);
  return users.update(id, { ...changes, updatedAt: now().toISOString() });
};

const readChanges = (input) => {
  const changes = {};
  if (input?.email !== undefined) changes.email = requireEmail('email', input.email);
  if (input?.name !== undefined) changes.name = requireText('name', input.name, 100);
  if (Object.keys(changes).length === 0) throw invalid('nothing to change: give email or name');
  return changes;
};
