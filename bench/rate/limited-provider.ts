import type { Clock } from '../../src/ports/clock.js';
import { json, startUpstream } from '../../__tests__/adapters/gateway/loopback.js';

/** What a provider saw, times by its clock. */
export interface Seen {
  readonly acceptedAt: readonly number[];
  readonly refused: readonly { readonly at: number; readonly until: number }[];
}

export interface LimitedProvider {
  readonly url: string;
  readonly seen: Seen;
  close(): Promise<void>;
}

const minuteMs = 60_000;
const good = {
  choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};
const limit = { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } };

/**
 * A provider that takes at most `perMinute` requests in any minute and answers each after `answerMs`. Others get 429
 * with `Retry-After`, in whole seconds as the header is: when the next will be taken.
 */
export const limitedProvider = async (
  clock: Clock,
  { perMinute, answerMs }: { readonly perMinute: number; readonly answerMs: number },
): Promise<LimitedProvider> => {
  const acceptedAt: number[] = [];
  const refused: { at: number; until: number }[] = [];
  const upstream = await startUpstream((reply) => {
    const at = clock.now();
    const oldest = acceptedAt.filter((each) => each > at - minuteMs).at(-perMinute);
    if (oldest === undefined) {
      acceptedAt.push(at);
      void clock.sleep(answerMs).then(() => json(reply, 200, good));
      return;
    }
    const seconds = Math.ceil((oldest + minuteMs - at) / 1000);
    refused.push({ at, until: at + seconds * 1000 });
    reply.setHeader('retry-after', String(seconds));
    json(reply, 429, limit);
  });
  return { url: upstream.url, seen: { acceptedAt, refused }, close: upstream.close };
};
