import { invalid, notFound } from '../errors.js';

/** The user with this id. Throws a 404 when there is none. */
export const getUser = (store, id) => {
  const user = store.collection('users').get(id);
  if (!user) throw notFound(`No user ${id}`);
  return user;
};

/** One page of users in the order they were added, and how many there are in all. `limit` is 1 to 100. */
export const listUsers = (store, { limit = 20, offset = 0 } = {}) => {
  const users = store.collection('users').list();
  const from = wholeNumber('offset', offset, 0, Number.MAX_SAFE_INTEGER);
  const size = wholeNumber('limit', limit, 1, 100);
  return { total: users.length, users: users.slice(from, from + size) };
};

const wholeNumber = (field, value, min, max) => {
  const number = value === '' ? NaN : Number(value);
  if (!Number.isInteger(number) || number < min || number > max)
    throw invalid(`${field} must be a whole number from ${min} to ${max}`);
  return number;
};
