import type { Failure } from '../core/failure.js';

/** The GitHub machine an action runs on: what it gives, and where it is told the result. */
export interface Runner {
  /** Inputs of the action that are not empty, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly event: { readonly eventName: string; readonly payload: unknown };
  /** `owner/name`. */
  readonly repository: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** The checkout, and a folder that is emptied after the job. */
  readonly workspace: string;
  readonly temp: string;
  /** Names this run for ever: run id and attempt. */
  readonly runId: string;
  /** The same in parts. */
  readonly workflow: { readonly id: number; readonly attempt: number };
  /** Who started this attempt: of a job that was run again not who caused the event. '' where the runner does not say. */
  readonly triggeringActor: string;
  /** Page of the workflow run. */
  readonly runUrl: string;

  /** Hides values in the log from now on. */
  hide(secrets: readonly string[]): void;
  /** A line in the log; safe for any text. */
  say(message: string): void;
  warn(message: string): void;
  /** The one error a person reads first, as an annotation. */
  fail(failure: Failure): void;
  setOutputs(outputs: Readonly<Record<string, string>>): void;
  writeSummary(markdown: string): Promise<void>;
  /** Kept for `post`. */
  saveState(name: string, value: string): void;
  /** What the main step saved; '' when it saved nothing. Only in `post`. */
  readState(name: string): string;
}
