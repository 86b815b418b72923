import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createHttpServer } from '../src/server.js';

const listen = async (context) => {
  const server = createHttpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
};

test('the service answers over HTTP', async (context) => {
  const response = await fetch(`${await listen(context)}/health`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('a body that is not JSON is a 400', async (context) => {
  const response = await fetch(`${await listen(context)}/health`, { method: 'POST', body: '{' });
  assert.equal(response.status, 400);
});
