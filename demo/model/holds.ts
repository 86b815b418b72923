import type { Question } from './script.js';

/** Answers kept back until released, so that a test can stop the world while agents wait. */
export interface Hold {
  /** Resolves when `count` requests are waiting here, or have been. */
  arrived(count?: number): Promise<void>;
  /** Lets those waiting go, and whoever comes later. */
  release(): void;
}

export interface Holds {
  /** From now on every matching request waits. */
  hold(matches: (question: Question) => boolean): Hold;
  /** Waits as long as a hold matches; ends early when the client leaves. */
  pass(question: Question, signal: AbortSignal): Promise<void>;
  releaseAll(): void;
}

/** The set of holds of one server. Pure bookkeeping; nothing here keeps the process alive. */
export const createHolds = (): Holds => {
  const gates = new Set<Gate>();
  return {
    hold: (matches) => {
      const gate = createGate(matches);
      gates.add(gate);
      return {
        arrived: gate.arrived,
        release: () => {
          gates.delete(gate);
          gate.open();
        },
      };
    },
    pass: async (question, signal) => {
      const gate = [...gates].find((each) => each.matches(question));
      if (gate !== undefined) await gate.wait(signal);
    },
    releaseAll: () => {
      for (const gate of gates) gate.open();
      gates.clear();
    },
  };
};

interface Gate {
  readonly matches: (question: Question) => boolean;
  arrived(count?: number): Promise<void>;
  wait(signal: AbortSignal): Promise<void>;
  open(): void;
}

const createGate = (matches: (question: Question) => boolean): Gate => {
  const opened = Promise.withResolvers<void>();
  const watchers = new Set<() => void>();
  let seen = 0;
  return {
    matches,
    arrived: (count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (seen < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    wait: async (signal) => {
      seen += 1;
      for (const look of watchers) look();
      await Promise.race([opened.promise, gone(signal)]);
    },
    open: () => {
      opened.resolve();
    },
  };
};

/** Resolves when the signal aborts. */
export const gone = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
