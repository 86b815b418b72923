import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../src/app.js';
import { createStore } from '../src/store.js';

test('GET /users searches and pages', async () => {
  const store = createStore();
  for (const name of ['Ada', 'Grace', 'Adele'])
    store.collection('users').insert({ name, email: `${name.toLowerCase()}@example.org` });
  const query = { search: 'AD', page: '2', size: '1' };
  const answer = await createApp({ store }).handle({ method: 'GET', path: '/users', query });
  assert.equal(answer.status, 200);
  assert.deepEqual([answer.body.items[0].name, answer.body.pages], ['Adele', 2]);
});
