import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../src/app.js';
import { createOutbox } from '../src/mail/outbox.js';
import { createStore } from '../src/store.js';

const email = 'ada@example.org';

test('a password is reset over the API with the code from the mail', async () => {
  const store = createStore();
  const outbox = createOutbox();
  store.collection('users').insert({ email, name: 'Ada' });
  const app = createApp({ store, outbox });

  const asked = await app.handle({ method: 'POST', path: '/password-reset', body: { email } });
  assert.equal(asked.status, 202);
  const code = /\d{6}/.exec(outbox.sentTo(email)[0].text)[0];
  const body = { email, code, password: 'a long new password' };
  assert.deepEqual(await app.handle({ method: 'POST', path: '/password-reset/confirm', body }), { status: 204 });
});

test('known and unknown addresses get the same answer', async () => {
  const store = createStore();
  store.collection('users').insert({ email, name: 'Ada' });
  const app = createApp({ store });
  const known = await app.handle({ method: 'POST', path: '/password-reset', body: { email } });
  const unknown = await app.handle({ method: 'POST', path: '/password-reset', body: { email: 'x@example.org' } });
  assert.deepEqual(known, unknown);
});

test('a wrong code is a 400', async () => {
  const body = { email, code: '123456', password: 'a long new password' };
  const answer = await createApp().handle({ method: 'POST', path: '/password-reset/confirm', body });
  assert.deepEqual([answer.status, answer.body.error.code], [400, 'invalid']);
});
