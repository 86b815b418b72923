import type { Recorder } from './recorder.js';

/** Does what must not end a run: a comment, a reaction, a label, a file. What fails is a warning of the run. */
export const attempt = async (recorder: Recorder, what: string, step: () => Promise<unknown>): Promise<void> => {
  try {
    await step();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    recorder.record({ type: 'warning', message: `${what} failed: ${why}` });
  }
};
