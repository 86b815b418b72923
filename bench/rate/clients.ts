import type { Clock } from '../../src/ports/clock.js';
import { send } from '../../__tests__/adapters/gateway/loopback.js';

/** How messages ended. */
export interface Sent {
  answered: number;
  failed: number;
}

export interface ClientOptions {
  readonly clock: Clock;
  readonly count: number;
  readonly untilMs: number;
  /** One message of the n-th client: true when it was answered in the end. */
  readonly ask: (client: number) => Promise<boolean>;
}

/** So many clients, each sending its next message when the last was answered, until the time is over. */
export const runClients = async ({ clock, count, untilMs, ask }: ClientOptions): Promise<Sent> => {
  const sent: Sent = { answered: 0, failed: 0 };
  const one = async (client: number): Promise<void> => {
    while (clock.now() < untilMs) {
      const answered = await ask(client).catch(() => false);
      // What was cut off by the end of the measurement is neither.
      if (clock.now() < untilMs) sent[answered ? 'answered' : 'failed'] += 1;
    }
  };
  await Promise.race([
    Promise.all(Array.from({ length: count }, (_, client) => one(client))),
    clock.sleep(untilMs - clock.now()),
  ]);
  return sent;
};

const post = async (url: string, token: string): Promise<number> =>
  (await send(`${url}/chat/completions`, { headers: { authorization: `Bearer ${token}` }, body: '{"model":"m"}' }))
    .status;

/** One request that is answered or not: through the gateway, which waits. */
export const askOnce = async (url: string, token: string): Promise<boolean> => (await post(url, token)) === 200;

/** As Aider 0.86.2 does by itself: 9 tries of 3 requests, pauses of 0.25 s doubling to 32 s, no Retry-After (measured). */
export const askAsAider = (url: string, clock: Clock) => async (): Promise<boolean> => {
  for (let attempt = 0; attempt < 9; attempt += 1) {
    for (let request = 0; request < 3; request += 1) if ((await post(url, 'x')) === 200) return true;
    await clock.sleep(Math.min(32_000, 250 * 2 ** attempt));
  }
  return false;
};
