import type { Group } from './group.js';

/** Every vector of the groups as a test of its own; the reporter counts them by the name of their group. */
export const describeGroups = (groups: readonly Group[]): void => {
  describe.each(groups)('hostile corpus: $name ($owner)', ({ vectors }) => {
    it.each(vectors)('$id', async ({ run }) => {
      await run();
    });
  });

  describe('these groups', () => {
    it('give each vector a name of its own', () => {
      const ids = groups.flatMap(({ name, vectors }) => vectors.map(({ id }) => `${name}: ${id}`));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });
};
