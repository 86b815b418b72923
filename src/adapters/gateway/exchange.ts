import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Bounds } from '../../core/budget/request-claim.js';
import type { AnswerFacts } from './answer-facts.js';
import type { Lease } from './lease.js';

/** A provider as the gateway knows it. Without a key only a base of the user's own (a local server) is asked. */
export interface Upstream {
  readonly name: string;
  readonly base: string;
  readonly key?: string | undefined;
}

/** One request of a client, admitted, read whole and bounded, so that it can be judged (and sent again) before it is sent. */
export interface Exchange {
  readonly lease: Lease;
  readonly upstream: Upstream;
  /** `provider/model` as asked for; undefined where the request names none. */
  readonly model: string | undefined;
  readonly method: string;
  /** What follows `/<provider>`: path and query, without the client's token. */
  readonly rest: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's own bytes. */
  readonly asked: Buffer;
  /** What is sent: the same, with its output limited. */
  readonly body: Buffer;
  /** The most it can use. */
  readonly bounds: Bounds;
  /** Where the answer's bytes go. A good answer is passed on as it comes; everything else the server writes at the end. */
  readonly reply: ServerResponse;
  /** The client has gone, or its lease was closed. */
  readonly signal: AbortSignal;
}

/** How an exchange ended. */
export type Ending =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly facts: AnswerFacts;
      /** Of a refusal (400 and above), which has not been passed on yet: a stage may rather ask again. */
      readonly body?: Buffer;
    }
  /** By the gateway itself: nothing was sent upstream. `error` is what the client's traffic shows for it. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly error: string;
      readonly retryAfterMs?: number;
    }
  /** `sent`: the request may have arrived all the same, and may be billed. `stale`: its kept connection was closed. */
  | { readonly kind: 'unreached'; readonly message: string; readonly sent: boolean; readonly stale: boolean }
  /** The upstream hung up in mid-answer. */
  | { readonly kind: 'broken'; readonly message: string; readonly facts: AnswerFacts }
  /** The client went away first; `sent`: after its request had been sent. */
  | { readonly kind: 'abandoned'; readonly facts: AnswerFacts; readonly sent: boolean };

/**
 * One concern of the gateway, around all later ones: it may refuse before `next`, settle after it, or ask again by
 * calling it once more. The last stage answers.
 */
export type Stage = (exchange: Exchange, next: () => Promise<Ending>) => Promise<Ending>;

/** Runs the stages in order, each around the rest. The last must not call `next`. */
export const runStages = (stages: readonly Stage[], exchange: Exchange): Promise<Ending> => {
  const [first, ...rest] = stages;
  if (first === undefined) throw new Error('no stage answered the request');
  return first(exchange, () => runStages(rest, exchange));
};
