import type { Run } from '../run/run.js';

/** Where the work is that could not be pushed, if there is any, and how it is taken from there. */
export const keptNotes = ({ kept }: Pick<Run, 'kept'>): readonly string[] =>
  (kept?.branches ?? []).map(
    ({ name }) => `${name} could not be pushed; \`git fetch ${kept?.file} ${name}:${name}\` takes it from the bundle`,
  );
