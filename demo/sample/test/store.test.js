import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from '../src/store.js';

test('a record gets an id and is found by it', () => {
  const things = createStore().collection('things');
  const thing = things.insert({ name: 'lamp' });
  assert.deepEqual(things.get(thing.id), thing);
});

test('records are copies', () => {
  const things = createStore().collection('things');
  const thing = things.insert({ name: 'lamp' });
  thing.name = 'changed outside';
  assert.equal(things.get(thing.id).name, 'lamp');
});

test('update keeps the other fields and the id', () => {
  const things = createStore().collection('things');
  const { id } = things.insert({ name: 'lamp', colour: 'red' });
  assert.deepEqual(things.update(id, { colour: 'blue', id: 'other' }), { id, name: 'lamp', colour: 'blue' });
  assert.equal(things.update('none', {}), undefined);
});

test('remove says whether there was a record', () => {
  const things = createStore().collection('things');
  const { id } = things.insert({});
  assert.equal(things.remove(id), true);
  assert.equal(things.remove(id), false);
  assert.deepEqual(things.list(), []);
});
