import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../src/app.js';

const ada = { name: 'Ada', email: 'ada@example.org' };

test('a user lives from POST to DELETE', async () => {
  const app = createApp();
  const created = await app.handle({ method: 'POST', path: '/users', body: ada });
  assert.equal(created.status, 201);
  const path = `/users/${created.body.id}`;

  const changed = await app.handle({ method: 'PATCH', path, body: { name: 'Countess' } });
  assert.equal(changed.status, 200);
  const read = await app.handle({ method: 'GET', path });
  assert.deepEqual(read, { status: 200, body: changed.body });
  assert.equal(read.body.name, 'Countess');

  assert.deepEqual(await app.handle({ method: 'DELETE', path }), { status: 204 });
  assert.equal((await app.handle({ method: 'GET', path })).status, 404);
});

test('GET /users pages by its query', async () => {
  const app = createApp();
  await app.handle({ method: 'POST', path: '/users', body: ada });
  const page = await app.handle({ method: 'GET', path: '/users', query: { limit: '1', offset: '1' } });
  assert.deepEqual(page, { status: 200, body: { total: 1, users: [] } });
});

test('what is wrong comes back as a status and a code', async () => {
  const app = createApp();
  await app.handle({ method: 'POST', path: '/users', body: ada });
  const again = await app.handle({ method: 'POST', path: '/users', body: ada });
  assert.deepEqual([again.status, again.body.error.code], [409, 'conflict']);
  const bad = await app.handle({ method: 'POST', path: '/users', body: { name: 'Ada' } });
  assert.deepEqual([bad.status, bad.body.error.code], [400, 'invalid']);
});
