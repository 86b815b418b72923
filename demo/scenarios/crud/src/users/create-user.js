import { conflict } from '../errors.js';
import { requireEmail, requireText } from '../validate.js';

/**
 * Adds a user and returns it. E-mail addresses are unique whatever their case.
 * Throws a 400 for bad input and a 409 when the address is taken.
 */
export const createUser = (store, input, now) => {
  const users = store.collection('users');
  const email = requireEmail('email', input?.email);
  const name = requireText('name', input?.name, 100);
  if (users.list((user) => user.email === email).length > 0) throw conflict(`${email} is taken`);
  const at = now().toISOString();
  return users.insert({ email, name, createdAt: at, updatedAt: at });
};
