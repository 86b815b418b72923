import type { Leftover, Leftovers } from '../../../ports/leftovers.js';
import { readRecords } from './records.js';
import type { RefSpace } from './ref-space.js';

/** Only what carries our trailer is listed: a branch of somebody else below `aider-agents/` is not ours to delete. */
export const findLeftovers = (refs: RefSpace, store: string): Leftovers => ({
  list: async () => {
    const listed = await Promise.all(['refs/aider/*/journal', 'refs/heads/aider-agents/*/*'].map(refs.list));
    const found = listed.flatMap((each) => [...each]);
    const commits = [...new Set(found.map(([, commit]) => commit))];
    const records = new Map((await readRecords(await refs.open(commits), commits)).map((each) => [each.commit, each]));
    return found.flatMap(([ref, commit]): readonly Leftover[] => {
      const record = records.get(commit);
      const runId = record?.trailers.get('Aider-Run');
      if (record === undefined || runId === undefined) return [];
      const pullRequest = Number(record.trailers.get('Aider-Pull-Request'));
      return [{ ref, commit, runId, writtenAt: record.at, ...(pullRequest > 0 && { pullRequest }) }];
    });
  },
  remove: async (leftovers) => {
    const moves = leftovers.map(({ ref, commit }) => ({ ref, from: commit, to: null }));
    const moved = moves.length === 0 ? undefined : await refs.move(store, moves);
    if (moved?.kind === 'refused') throw new Error(moved.why);
  },
});
