import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCode, issueCode } from '../src/password-reset/one-time-code.js';

const now = new Date('2025-03-03T10:00:00Z');
const later = (minutes) => new Date(now.getTime() + minutes * 60_000);

test('a code has six digits and is not kept in clear', () => {
  const { code, kept } = issueCode(now);
  assert.match(code, /^\d{6}$/);
  assert.ok(!JSON.stringify(kept).includes(`"${code}"`));
});

test('the right code is right for ten minutes', () => {
  const { code, kept } = issueCode(now);
  assert.equal(checkCode(kept, code, later(9.9)), 'right');
  assert.equal(checkCode(kept, code, later(10)), 'expired');
});

test('another code is wrong, and no code is right when the tries are used up', () => {
  const { code, kept } = issueCode(now);
  assert.equal(checkCode(kept, code === '000000' ? '000001' : '000000', now), 'wrong');
  assert.equal(checkCode({ ...kept, triesLeft: 0 }, code, now), 'used-up');
});
