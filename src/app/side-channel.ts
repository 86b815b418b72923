import { quietly } from './quietly.js';
import type { Recorder } from './recorder.js';

/** The same while a run is under way: what fails is a warning of the run, so that its report holds it. */
export const attempt = (recorder: Recorder, what: string, step: () => Promise<unknown>): Promise<void> =>
  quietly((message) => void recorder.record({ type: 'warning', message }), what, step);
