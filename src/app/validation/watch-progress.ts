import type { JudgedResult } from '../../core/run/event.js';

/** Whether repairs lead anywhere. */
export interface Progress {
  /** What is newly red now. */
  see(failures: readonly JudgedResult[]): void;
  /** Twice in a row there was no less than the time before. */
  isStuck(): boolean;
  /** Something was taken out: what counted before says nothing any more. */
  startAnew(): void;
}

const maxStandstills = 2;

/** Counts failures by their tests, and a command whose tests have no names as one. */
export const watchProgress = (): Progress => {
  let last: number | undefined;
  let standstills = 0;
  return {
    see: (failures) => {
      const count = failures.reduce((sum, { newFailures }) => sum + Math.max(1, newFailures?.length ?? 0), 0);
      standstills = last === undefined || count < last ? 0 : standstills + 1;
      last = count;
    },
    isStuck: () => standstills >= maxStandstills,
    startAnew: () => {
      last = undefined;
      standstills = 0;
    },
  };
};
