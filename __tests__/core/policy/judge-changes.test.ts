import { judgeChanges, type ChangeLimits, type ChangePolicy } from '../../../src/core/policy/judge-changes.js';
import type { InspectedChange } from '../../../src/core/policy/inspected-change.js';

const change = (path: string, over: Partial<InspectedChange> = {}): InspectedChange => ({
  path,
  kind: 'modified',
  linesAdded: 1,
  linesDeleted: 2,
  modeBefore: '100644',
  modeAfter: '100644',
  size: 2,
  isBinary: false,
  added: ['x'],
  ...over,
});
const added = (path: string, over: Partial<InspectedChange> = {}): InspectedChange =>
  change(path, { kind: 'added', modeBefore: '000000', ...over });
const deleted = (path: string): InspectedChange =>
  change(path, { kind: 'deleted', modeAfter: '000000', size: 0, added: [] });
const limits: ChangeLimits = { maxFiles: 3, maxFileBytes: 10, maxBytes: 20, maxUnnamedDeletions: 1 };
const judge = (changes: readonly InspectedChange[], over: Partial<ChangePolicy> = {}) =>
  judgeChanges(changes, { writes: ['**'], protectedFiles: ['.env*'], existing: [], limits, ...over });
const whyOf = (each: InspectedChange, over: Partial<ChangePolicy> = {}): string | undefined =>
  judge([each], over).refused[0]?.why;

describe('what is kept of the work of an agent', () => {
  it('is what it may change, as it is told of a run', () => {
    expect(judge([change('a.ts')])).toEqual({
      accepted: [{ path: 'a.ts', kind: 'modified', linesAdded: 1, linesDeleted: 2 }],
      refused: [],
      outOfScope: 0,
    });
  });

  it('is nothing of more files than can be looked through', () => {
    const three = ['a', 'b', 'c'].map((path) => change(path));
    expect(judge(three).refused).toEqual([]);
    const why = 'one of 4 changed files, of which at most 3 are taken';
    expect(judge([...three, change('d')]).refused.map((each) => each.why)).toEqual([why, why, why, why]);
  });

  it('is nothing of more bytes than can be looked through, and no file that is too large', () => {
    expect(judge([change('a', { size: 10 }), change('b', { size: 10 })]).refused).toEqual([]);
    expect(whyOf(change('a', { size: 11 }))).toBe('it has 11 bytes, of which at most 10 are taken');
    const large = judge([change('a', { size: 10 }), change('b', { size: 10 }), change('c', { size: 1 })]);
    expect(large.refused[0]?.why).toBe('the changes are 21 bytes in all, of which at most 20 are taken');
  });

  it('is by default a few hundred files of a few megabytes', () => {
    const many = (count: number) => Array.from({ length: count }, (_each, n) => change(`f${n}`));
    const policy = { writes: ['**'], protectedFiles: [], existing: [] };
    expect(judgeChanges(many(500), policy).refused).toEqual([]);
    expect(judgeChanges(many(501), policy).accepted).toEqual([]);
    expect(judgeChanges([change('a', { size: 2 * 2 ** 20 })], policy).refused).toEqual([]);
  });

  it('counts apart what only lies outside the task, whether changed or deleted', () => {
    const judged = judge([change('b.ts'), deleted('c.ts'), change('.env')], { writes: ['a.ts'] });
    expect(judged.outOfScope).toBe(2);
    expect(judged.refused).toHaveLength(3);
  });
});

describe('deleted files', () => {
  it('are taken where the plan names them, however many', () => {
    const names = ['a', 'b', 'c'];
    expect(judge(names.map(deleted), { writes: names }).refused).toEqual([]);
  });

  it('are taken where a glob sweeps over a few of them, and none of many', () => {
    expect(judge([deleted('a')]).refused).toEqual([]);
    const two = judge([deleted('a'), deleted('b'), deleted('c')], { writes: ['**', 'c'] });
    const why = 'one of many deleted files, which the plan would have to name one by one';
    expect(two.refused).toEqual([
      { path: 'a', why },
      { path: 'b', why },
    ]);
    expect(two.accepted.map(({ path }) => path)).toEqual(['c']);
    expect(judge([deleted('a'), change('b'), change('c')]).refused).toEqual([]);
  });
});

describe('a change is refused', () => {
  it.each<[string, InspectedChange, string]>([
    ['where it is a link', change('a', { modeAfter: '120000' }), 'it is a symbolic link after the change'],
    ['where it was a link', change('a', { modeBefore: '120000' }), 'it was a symbolic link before the change'],
    ['where it is a submodule', added('a', { modeAfter: '160000' }), 'it is a submodule after the change'],
    ['where it is no text', change('a', { isBinary: true }), 'it is not text'],
    ['where nobody could look', change('a', { added: undefined }), 'it is too much to be looked through'],
    ['where its mode changed', change('a', { modeAfter: '100755' }), 'its mode was changed from 100644 to 100755'],
    ['where its mode is odd', added('a', { modeAfter: '100600' }), 'its mode is 100600'],
    ['where it is executable for nothing', added('a', { modeAfter: '100755' }), 'it is executable but no script'],
    [
      'where it is executable and empty',
      added('a', { modeAfter: '100755', added: [] }),
      'it is executable but no script',
    ],
    ['where its name is odd', change('a:b'), 'its path holds a sign that is special elsewhere'],
    ['where its content is odd', change('a', { added: ['\u202e'] }), expect.stringContaining('direction') as string],
  ])('%s', (_, each, why) => {
    expect(whyOf(each)).toEqual(why);
  });

  it('not where it is a script, or stays what it was', () => {
    expect(whyOf(added('a', { modeAfter: '100755', added: ['#!/bin/sh'] }))).toBeUndefined();
    expect(whyOf(change('a', { modeBefore: '100755', modeAfter: '100755' }))).toBeUndefined();
    expect(whyOf({ ...deleted('a'), isBinary: true, size: 11, added: undefined })).toBeUndefined();
  });

  it('where some file systems take it for a file that is there, unless that one goes', () => {
    const why = 'on some file systems its path is the same as src/A.ts';
    expect(whyOf(added('src/a.ts'), { existing: ['src/A.ts'] })).toBe(why);
    expect(whyOf(change('src/a.ts'), { existing: ['src/A.ts'] })).toBeUndefined();
    expect(judge([added('src/a.ts'), deleted('src/A.ts')], { existing: ['src/A.ts'] }).refused).toEqual([]);
    expect(judge([added('b/x'), added('B/y')]).refused).toEqual([
      { path: 'B/y', why: 'on some file systems its path is the same as b' },
    ]);
  });
});
