import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutbox } from '../src/mail/outbox.js';
import { confirmReset, requestReset } from '../src/password-reset/reset-password.js';
import { createStore } from '../src/store.js';

const email = 'ada@example.org';
const password = 'a long new password';

const withUser = () => {
  const clock = { at: Date.parse('2025-03-03T10:00:00Z') };
  const services = { store: createStore(), outbox: createOutbox(), now: () => new Date(clock.at) };
  const user = services.store.collection('users').insert({ email, name: 'Ada' });
  const lastCode = () => /\d{6}/.exec(services.outbox.sentTo(email).at(-1).text)[0];
  const passwordOf = () => services.store.collection('users').get(user.id).password;
  return { clock, services, lastCode, passwordOf };
};

const other = (code) => (code === '000000' ? '000001' : '000000');

test('the right code changes the password once', () => {
  const { services, lastCode, passwordOf } = withUser();
  requestReset(services, { email });
  const input = { email, code: lastCode(), password };
  confirmReset(services, input);
  assert.match(passwordOf().hash, /^[0-9a-f]{64}$/);
  assert.throws(() => confirmReset(services, input), { status: 400 });
});

test('an address without an account gets no mail and no error', () => {
  const { services } = withUser();
  requestReset(services, { email: 'nobody@example.org' });
  assert.deepEqual(services.outbox.sentTo('nobody@example.org'), []);
});

test('an expired code changes nothing', () => {
  const { clock, services, lastCode, passwordOf } = withUser();
  requestReset(services, { email });
  clock.at += 10 * 60_000;
  assert.throws(() => confirmReset(services, { email, code: lastCode(), password }), { status: 400 });
  assert.equal(passwordOf(), undefined);
});

test('after five wrong codes the right one is refused too', () => {
  const { services, lastCode } = withUser();
  requestReset(services, { email });
  const code = lastCode();
  for (let i = 0; i < 5; i += 1)
    assert.throws(() => confirmReset(services, { email, code: other(code), password }), { status: 400 });
  assert.throws(() => confirmReset(services, { email, code, password }), { status: 400 });
});

test('a new request makes the old code void', () => {
  const { services, lastCode } = withUser();
  requestReset(services, { email });
  const old = lastCode();
  requestReset(services, { email });
  if (old !== lastCode()) assert.throws(() => confirmReset(services, { email, code: old, password }), { status: 400 });
  confirmReset(services, { email, code: lastCode(), password });
});

test('a short password is refused before the code is looked at', () => {
  const { services, lastCode } = withUser();
  requestReset(services, { email });
  assert.throws(() => confirmReset(services, { email, code: lastCode(), password: 'short' }), /12 characters/);
  confirmReset(services, { email, code: lastCode(), password });
});
