import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireEmail, requireText } from '../src/validate.js';

test('text is tidied and must not be empty or too long', () => {
  assert.equal(requireText('name', '  Ada   Lovelace '), 'Ada Lovelace');
  assert.throws(() => requireText('name', '  '), { status: 400, message: 'name is required' });
  assert.throws(() => requireText('name', 'abc', 2), /longer than 2/);
});

test('an e-mail address is put in lower case and must look like one', () => {
  assert.equal(requireEmail('email', 'Ada@Example.ORG'), 'ada@example.org');
  assert.throws(() => requireEmail('email', 'ada'), { status: 400 });
});
