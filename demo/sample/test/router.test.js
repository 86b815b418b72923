import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchRoute } from '../src/router.js';

const handler = () => undefined;
const routes = [
  { method: 'GET', path: '/things/:id', handler },
  { method: 'GET', path: '/things', handler },
];

test('a parameter matches one segment and is decoded', () => {
  assert.deepEqual(matchRoute(routes, 'GET', '/things/a%20b').params, { id: 'a b' });
  assert.equal(matchRoute(routes, 'GET', '/things/a/b'), undefined);
});

test('the method counts', () => {
  assert.ok(matchRoute(routes, 'GET', '/things'));
  assert.equal(matchRoute(routes, 'POST', '/things'), undefined);
});
