import fc from 'fast-check';
import { givenFiles, givenLimits } from '../../../src/core/policy/given-files.js';

const sized = (sizes: Readonly<Record<string, number>>): ReadonlyMap<string, number> => new Map(Object.entries(sizes));
const many = new Map(
  Array.from({ length: 200 }, (_, n) => [`src/m${n % 20}/file${n}.ts`, 1_000] as const).sort(([a], [b]) =>
    a < b ? -1 : 1,
  ),
);

describe('givenFiles', () => {
  it('gives all that globs match where it is little', () => {
    const files = sized({ 'a.ts': 10, 'b.ts': 10, 'c.md': 10 });
    expect(givenFiles(['*.ts', 'new.ts'], { files, named: [] })).toEqual(['new.ts', 'a.ts', 'b.ts']);
  });

  it('gives of a whole repository the named files and those beside them, not the rest', () => {
    const given = givenFiles(['**'], { files: many, named: ['src/m7/file27.ts'] });
    expect(given[0]).toBe('src/m7/file27.ts');
    expect(new Set(given.map((path) => path.split('/')[1]))).toEqual(new Set(['m7']));
    expect(given).toHaveLength(10);
  });

  it('gives what lies nearest to the root where nothing is named', () => {
    const files = new Map([...many, ['index.ts', 5] as const, ['src/main.ts', 5] as const]);
    const given = givenFiles(['**'], { files, named: [] });
    expect(given.slice(0, 2)).toEqual(['index.ts', 'src/main.ts']);
    expect(given).toHaveLength(givenLimits.count);
    expect(givenFiles(['**'], { files, named: ['gone/x.ts'] })).toEqual(given);
  });

  it('passes over a file too large for the room that is left', () => {
    const files = sized({ 'a.ts': 60, 'b.json': 900, 'c.ts': 40 });
    const limits = { count: 5, bytes: 100 };
    expect(givenFiles(['*'], { files, named: ['b.json', 'c.ts'], limits })).toEqual(['c.ts', 'a.ts']);
  });

  it('counts the plain paths, which are never left out', () => {
    const files = sized({ 'a.ts': 90, 'b.ts': 20, 'c.ts': 5 });
    const limits = { count: 3, bytes: 100 };
    expect(givenFiles(['a.ts', '*.ts'], { files, named: [], limits })).toEqual(['a.ts', 'c.ts']);
    expect(givenFiles(['a.ts', 'b.ts', 'x', 'y'], { files, named: [], limits })).toEqual(['a.ts', 'b.ts', 'x', 'y']);
  });

  it('never gives more than the limits beside the plain paths, each file once', () => {
    const paths = fc.uniqueArray(fc.stringMatching(/^[ab](\/[ab]){0,2}\.ts$/), { maxLength: 30 });
    const limits = fc.record({ count: fc.nat(8), bytes: fc.nat(300) });
    const named = fc.array(fc.stringMatching(/^[ab](\/[ab]){0,2}\.ts$/), { maxLength: 4 });
    fc.assert(
      fc.property(paths, fc.nat(100), limits, named, (all, size, limit, about) => {
        const files = new Map(all.map((path, n) => [path, (n * size) % 120] as const));
        const given = givenFiles(['**'], { files, named: about, limits: limit });
        expect(new Set(given).size).toBe(given.length);
        expect(given.length).toBeLessThanOrEqual(limit.count);
        expect(given.reduce((sum, path) => sum + (files.get(path) ?? 0), 0)).toBeLessThanOrEqual(limit.bytes);
        expect(given.every((path) => files.has(path))).toBe(true);
      }),
    );
  });
});
