import type { Usage } from './usage.js';

/** What is known after a message to an agent, none of it from Aider's prose or its exit code alone. */
export interface AgentFacts {
  readonly exitCode: number | null;
  readonly killedBy: 'timeout' | 'cancel' | null;
  /** Why its process never began, e.g. what the sandbox said. */
  readonly notStarted?: string;
  /** `message_send_starting` and `message_send` of the analytics log, and the reason of its `exit` event. */
  readonly sendsStarted: number;
  readonly sends: number;
  readonly exitEvent: string | null;
  /** Aider gave up matching the edits of the answer: four sends in one message. */
  readonly reflectionsExhausted: boolean;
  /** Of the gateway: HTTP status of every answer in order (0: upstream not reached), and the last error code. */
  readonly statuses: readonly number[];
  readonly lastError: string;
  /** A provider said that the answer was cut at its output limit. */
  readonly answerCut: boolean;
  readonly usage: Usage;
  readonly durationMs: number;
  /** The end of its standard output and error, for a person; never parsed. */
  readonly tail: string;
}
