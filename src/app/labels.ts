import type { RunStatus } from '../core/run/event.js';
import type { GitHub } from '../ports/github.js';

const done = 'aider:done';
const gaveUp = 'aider:failed';

/** The trigger label is taken off when a run starts, so that putting it on again asks again. */
export const markStarted = async (github: GitHub, number: number, triggerLabel: string): Promise<void> => {
  await Promise.allSettled([done, gaveUp].map((label) => github.removeLabel(number, label)));
  await github.removeLabel(number, triggerLabel);
};

/** `aider:done` or `aider:failed` at the end; nothing where a person still decides. */
export const markEnded = async (github: GitHub, number: number, status: RunStatus): Promise<void> => {
  switch (status) {
    case 'succeeded':
      return github.addLabels(number, [done]);
    case 'partial':
    case 'failed':
    case 'cancelled':
      return github.addLabels(number, [gaveUp]);
    case 'skipped':
    case 'awaiting-approval':
      return undefined;
  }
};
