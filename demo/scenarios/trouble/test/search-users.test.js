import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from '../src/store.js';
import { searchUsers } from '../src/users/search-users.js';

const store = createStore();
for (const name of ['Ada', 'Grace', 'Adele'])
  store.collection('users').insert({ name, email: `${name.toLowerCase()}@example.org` });

const found = (text) => searchUsers(store, text).map((user) => user.name);

test('a part of the name finds users, whatever its case', () => {
  store.collection('users').insert({ name: 'Mary ADAMS', email: 'mary@example.com' });
  assert.deepEqual(found('ada'), ['Ada', 'Mary ADAMS']);
});

test('a part of the address finds users too', () => {
  assert.deepEqual(found('grace@'), ['Grace']);
});

test('no text finds everybody', () => {
  assert.equal(found().length, 4);
});
