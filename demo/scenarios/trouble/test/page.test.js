import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf } from '../src/util/page.js';

const items = [1, 2, 3, 4, 5];

test('a page is cut out of the list', () => {
  assert.deepEqual(pageOf(items, { page: '2', size: '2' }), { items: [3, 4], page: 2, pages: 3 });
});

test('an empty list has one empty page', () => {
  assert.deepEqual(pageOf([]), { items: [], page: 1, pages: 1 });
});

test('page and size must be whole numbers in range', () => {
  for (const query of [{ page: 0 }, { page: 'x' }, { size: 101 }])
    assert.throws(() => pageOf(items, query), { status: 400 });
});
