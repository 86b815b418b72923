import type { Run } from '../../core/run/run.js';

/** Commits without which a run could not go on: each task's last work, and every step of the branch they landed on. */
export const worksOf = (run: Run): readonly string[] => [
  ...new Set([
    ...run.tasks.flatMap(({ commit, state }) => [
      ...(commit === undefined ? [] : [commit]),
      ...(state.kind === 'landed' ? [state.head] : []),
    ]),
    ...run.steps.flatMap(({ commit, head }) => [commit, head]),
  ]),
];
