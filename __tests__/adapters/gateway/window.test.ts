import { startGateway, type RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { GatewayLease, GatewayNews } from '../../../src/ports/gateway.js';
import { json, send, startUpstream, type Answering, type TestUpstream } from './loopback.js';

/** Time that passes only when the test says so. */
const steppedClock = () => {
  let now = 1_000_000;
  const sleeping = new Set<{ readonly at: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', () => resolve(void sleeping.delete(sleeper)), { once: true });
      }),
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const sleeper of [...sleeping].filter(({ at }) => at <= now)) {
      sleeping.delete(sleeper);
      sleeper.wake();
    }
  };
  return { clock, pass };
};

const good = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };
const limit = { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } };

let upstream: TestUpstream;
let gateway: RunningGateway;
let pass: (ms: number) => void;
let lease: GatewayLease;
let news: GatewayNews[];

const open = async (answering: Answering): Promise<void> => {
  const time = steppedClock();
  pass = time.pass;
  news = [];
  upstream = await startUpstream(answering);
  gateway = await startGateway({
    providers: [
      { name: 'openai', base: upstream.url, key: 'sk-real' },
      { name: 'groq', base: upstream.url, key: 'sk-real' },
    ],
    clock: time.clock,
    random: () => 0.5,
  });
  gateway.listen((each) => news.push(each));
  lease = gateway.lease('agent-1', ['openai/m', 'groq/m']);
};

afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const ask = (provider = 'openai', by = lease) =>
  send(`${by.baseUrl(provider)}/chat/completions`, {
    headers: { authorization: `Bearer ${by.token}` },
    body: '{"model":"m"}',
  });

const until = async (fact: () => boolean): Promise<void> => {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve));
};
const shuts = (): Promise<void> => until(() => !gateway.mayStart('openai/m'));

/** 429 for the first `count` requests. */
const limitedFor =
  (count: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (reply) => {
    const isLimited = upstream.received.length <= count;
    if (isLimited) for (const [name, value] of Object.entries(headers)) reply.setHeader(name, value);
    json(reply, isLimited ? 429 : 200, isLimited ? limit : good);
  };

describe('the request window of a provider', () => {
  it('holds the limited request and all others for Retry-After, then sends them, and tells no client', async () => {
    await open(limitedFor(1, { 'retry-after': '7' }));
    const first = ask();
    await shuts();
    const second = ask();
    const elsewhere = await ask('groq');
    expect(elsewhere.status).toBe(200);
    pass(6_900);
    expect(gateway.mayStart('openai/m')).toBe(false);
    expect(upstream.received).toHaveLength(2);
    pass(200);
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect(upstream.received).toHaveLength(4);
    expect(gateway.mayStart('openai/m')).toBe(true);
    expect(news).toEqual([
      { kind: 'window', provider: 'openai' },
      { kind: 'window', provider: 'openai' },
    ]);
  });

  it('waits by itself where the provider says nothing, twice as long at the second signal', async () => {
    await open(limitedFor(2));
    const answer = ask();
    await shuts();
    pass(7_500);
    await until(() => upstream.received.length === 2);
    await shuts();
    pass(14_900);
    expect(gateway.mayStart('openai/m')).toBe(false);
    pass(100);
    expect((await answer).status).toBe(200);
    expect(lease.traffic().statuses).toEqual([429, 429, 200]);
  });

  it('lets a client know after five limits in a row', async () => {
    await open(limitedFor(99, { 'retry-after-ms': '10' }));
    const answer = ask();
    for (let times = 1; times <= 4; times += 1) {
      await until(() => upstream.received.length === times && !gateway.mayStart('openai/m'));
      pass(10);
    }
    expect((await answer).status).toBe(429);
    expect(upstream.received).toHaveLength(5);
  });

  it('refuses at once, with how long, what it would have to hold too long, and asks nobody', async () => {
    await open(limitedFor(1, { 'retry-after': '600' }));
    expect(await ask()).toMatchObject({ status: 429, headers: { 'retry-after': '600' } });
    const blind = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(blind.map(({ status }) => status)).toEqual([429, 429, 429, 429, 429]);
    expect(upstream.received).toHaveLength(1);
    expect(lease.traffic().lastError).toContain('rate_limited: openai asked for a pause');
    // Too long to wait for: agents may start, so that their tasks fail with the reason.
    expect(gateway.mayStart('openai/m')).toBe(true);
    pass(600_000);
    expect((await ask()).status).toBe(200);
  });

  it('takes an overloaded provider for a limit, and Gemini at its word', async () => {
    await open((reply) =>
      upstream.received.length === 1
        ? json(reply, 529, { error: { type: 'overloaded_error' } })
        : json(reply, 200, good),
    );
    const answer = ask();
    await shuts();
    pass(7_500);
    expect((await answer).status).toBe(200);
  });

  it('does not hold for an empty account', async () => {
    await open((reply) => json(reply, 429, { error: { code: 'insufficient_quota', message: 'no credit' } }));
    expect((await ask()).status).toBe(429);
    expect((await ask()).status).toBe(401);
    expect(upstream.received).toHaveLength(1);
  });

  it('forgets a held request whose client goes away', async () => {
    await open(limitedFor(1, { 'retry-after': '5' }));
    const other = gateway.lease('agent-2', ['openai/m']);
    const first = ask('openai', other).catch(() => 'gone');
    await shuts();
    other.close();
    expect(await first).toBe('gone');
    pass(5_000);
    expect((await ask()).status).toBe(200);
    expect(upstream.received).toHaveLength(2);
  });
});
