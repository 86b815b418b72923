import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../src/app.js';

test('GET /health answers ok', async () => {
  const answer = await createApp().handle({ method: 'GET', path: '/health' });
  assert.deepEqual(answer, { status: 200, body: { status: 'ok' } });
});

test('an unknown path is a 404 that names it', async () => {
  const answer = await createApp().handle({ method: 'GET', path: '/nowhere' });
  assert.equal(answer.status, 404);
  assert.match(answer.body.error.message, /GET \/nowhere/);
});
