import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from '../src/store.js';
import { createUser } from '../src/users/create-user.js';
import { deleteUser } from '../src/users/delete-user.js';
import { getUser, listUsers } from '../src/users/read-user.js';
import { updateUser } from '../src/users/update-user.js';

const at = (iso) => () => new Date(iso);
const monday = at('2025-03-03T10:00:00Z');
const tuesday = at('2025-03-04T10:00:00Z');

const withUsers = (...names) => {
  const store = createStore();
  const users = names.map((name) => createUser(store, { name, email: `${name}@example.org` }, monday));
  return { store, users };
};

test('create gives an id and times and tidies the input', () => {
  const user = createUser(createStore(), { name: ' Ada  Lovelace ', email: 'ADA@Example.org' }, monday);
  assert.ok(user.id);
  assert.equal(user.name, 'Ada Lovelace');
  assert.equal(user.email, 'ada@example.org');
  assert.equal(user.createdAt, '2025-03-03T10:00:00.000Z');
  assert.equal(user.updatedAt, user.createdAt);
});

test('create refuses a missing name, a bad address and no body at all', () => {
  const store = createStore();
  assert.throws(() => createUser(store, { email: 'ada@example.org' }, monday), { status: 400 });
  assert.throws(() => createUser(store, { name: 'Ada', email: 'ada' }, monday), { status: 400 });
  assert.throws(() => createUser(store, undefined, monday), { status: 400 });
  assert.equal(listUsers(store).total, 0);
});

test('create refuses an address that is taken, whatever its case', () => {
  const { store } = withUsers('ada');
  assert.throws(() => createUser(store, { name: 'Other', email: 'Ada@EXAMPLE.org' }, monday), { status: 409 });
});

test('get finds a user by id', () => {
  const { store, users } = withUsers('ada', 'grace');
  assert.deepEqual(getUser(store, users[1].id), users[1]);
});

test('get of an unknown id is a 404', () => {
  assert.throws(() => getUser(createStore(), 'nobody'), { status: 404, message: /nobody/ });
});

test('list pages in the order users were added', () => {
  const { store } = withUsers('ada', 'grace', 'joan', 'mary');
  const page = listUsers(store, { limit: '2', offset: '1' });
  assert.equal(page.total, 4);
  assert.deepEqual(
    page.users.map((user) => user.name),
    ['grace', 'joan'],
  );
});

test('list refuses a limit or offset that is no whole number in range', () => {
  for (const query of [{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { offset: '-1' }, { offset: '' }])
    assert.throws(() => listUsers(createStore(), query), { status: 400 });
});

test('update changes what is given, keeps the rest and sets the time', () => {
  const { store, users } = withUsers('ada');
  const changed = updateUser(store, users[0].id, { name: 'Countess' }, tuesday);
  assert.deepEqual(changed, { ...users[0], name: 'Countess', updatedAt: '2025-03-04T10:00:00.000Z' });
  assert.deepEqual(getUser(store, users[0].id), changed);
});

test('update may keep the own address but not take another', () => {
  const { store, users } = withUsers('ada', 'grace');
  assert.equal(updateUser(store, users[0].id, { email: 'ada@example.org' }, tuesday).email, 'ada@example.org');
  assert.throws(() => updateUser(store, users[0].id, { email: 'grace@example.org' }, tuesday), { status: 409 });
});

test('update refuses nothing, unknown fields only, and unknown users', () => {
  const { store, users } = withUsers('ada');
  assert.throws(() => updateUser(store, users[0].id, {}, tuesday), { status: 400 });
  assert.throws(() => updateUser(store, users[0].id, { id: 'other' }, tuesday), { status: 400 });
  assert.throws(() => updateUser(store, 'nobody', { name: 'X' }, tuesday), { status: 404 });
});

test('delete removes exactly one user', () => {
  const { store, users } = withUsers('ada', 'grace');
  deleteUser(store, users[0].id);
  assert.deepEqual(listUsers(store).users, [users[1]]);
});

test('delete of an unknown or deleted user is a 404', () => {
  const { store, users } = withUsers('ada');
  deleteUser(store, users[0].id);
  assert.throws(() => deleteUser(store, users[0].id), { status: 404 });
});
