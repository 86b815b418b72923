import { rememberLists } from '../../../src/adapters/git/remember-lists.js';

const id = (n: number): string => String(n).padStart(40, '0');

const counted = () => {
  const asked: string[] = [];
  const list = rememberLists(async (commit) => {
    asked.push(commit);
    if (commit === id(99)) throw new Error('gone');
    return [commit];
  });
  return { asked, list };
};

describe('lists of files', () => {
  it('are read once for a commit, also by two who ask at once', async () => {
    const { asked, list } = counted();
    await Promise.all([list(id(1)), list(id(1))]);
    expect([await list(id(1)), asked]).toEqual([[id(1)], [id(1)]]);
  });

  it('are not kept for what is no full id, since a name can move', async () => {
    const { asked, list } = counted();
    await list('main');
    await list('main');
    expect(asked).toEqual(['main', 'main']);
  });

  it('are kept of the four commits asked for last', async () => {
    const { asked, list } = counted();
    for (const n of [1, 2, 3, 4, 1, 5, 1]) await list(id(n));
    expect(asked).toEqual([1, 2, 3, 4, 5].map(id));
    await list(id(2));
    expect(asked.at(-1)).toBe(id(2));
  });

  it('are asked for again when they could not be read', async () => {
    const { asked, list } = counted();
    await list(id(99)).catch(() => undefined);
    await expect(list(id(99))).rejects.toThrow('gone');
    expect(asked).toHaveLength(2);
  });
});
