// The words of jest that core's tests use, in one process: tests are collected once and run as often as asked.
import { expect } from 'expect';

/** Tests in the order in which their files name them: `{ id, fileName, run }`. */
export const collected = [];

let fileName = '';
const blocks = [];

export const collectFrom = async (file, load) => {
  fileName = file;
  await load();
};

const idOf = (title) => {
  const id = [fileName, ...blocks, title].join(' > ');
  const same = collected.filter((test) => test.id === id || test.id.startsWith(`${id} #`)).length;
  return same === 0 ? id : `${id} #${same + 1}`;
};

const it = (title, run) => {
  collected.push({ id: idOf(title), fileName, run });
};

const describe = (title, body) => {
  blocks.push(title);
  body();
  blocks.pop();
};

const each = (word) => (table) => (title, body) => {
  for (const row of table) word(title, () => (Array.isArray(row) ? body(...row) : body(row)));
};
it.each = each(it);
describe.each = each(describe);

Object.assign(globalThis, { it, test: it, describe, expect });
