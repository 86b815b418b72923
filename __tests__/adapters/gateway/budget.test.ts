import fc from 'fast-check';
import { request } from 'node:http';
import { startGateway, type RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import type { GatewayLease } from '../../../src/ports/gateway.js';
import { json, listedPrices, realClock, send, startUpstream, type TestUpstream } from './loopback.js';
import { startPayingProvider } from './paying-provider.js';

const price = { inputPerToken: 0.001, outputPerToken: 0.01, tiers: [] };
const prices = listedPrices({ 'openai/gpt-x': price });
const models = ['openai/gpt-x', 'openai/unpriced'];

const post = (lease: GatewayLease, body: object) =>
  send(`${lease.baseUrl('openai')}/chat/completions`, {
    headers: { authorization: `Bearer ${lease.token}` },
    body: JSON.stringify(body),
  });

describe('four agents and a cap', () => {
  /** mulberry32: the same run for the same seed. */
  const seeded = (seed: number) => {
    let state = seed;
    return (): number => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
  };

  /** Asks until it is told that the budget is reached; some requests it breaks off itself. */
  const agent = async (lease: GatewayLease, random: () => number): Promise<number> => {
    for (let asked = 0; asked < 400; asked += 1) {
      const body = {
        model: 'gpt-x',
        stream: random() < 0.3,
        messages: [{ role: 'user', content: 'x'.repeat(Math.floor(random() * 3000)) }],
        ...(random() < 0.3 ? { max_completion_tokens: Math.ceil(random() * 900) } : {}),
      };
      const status =
        random() < 0.05
          ? await breakOff(lease, body)
          : await post(lease, body).then(
              ({ status }) => status,
              () => 0,
            );
      if (status === 400) return asked;
    }
    throw new Error('the budget was never reached');
  };

  const breakOff = (lease: GatewayLease, body: object): Promise<number> =>
    new Promise((resolve) => {
      const headers = { authorization: `Bearer ${lease.token}` };
      const sent = request(`${lease.baseUrl('openai')}/chat/completions`, { method: 'POST', headers, agent: false });
      sent.on('error', () => resolve(0)).on('response', (answer) => answer.resume().on('close', () => resolve(0)));
      sent.end(JSON.stringify(body), () => setTimeout(() => sent.destroy(), 1));
    });

  const run = async (seed: number) => {
    const random = seeded(seed);
    const maxCostUsd = 20 + random() * 80;
    const provider = await startPayingProvider(price, random);
    const gateway = await startGateway({
      providers: [{ name: 'openai', base: provider.upstream.url, key: 'sk-real' }],
      prices,
      budget: { maxCostUsd, maxTokens: 1 },
      maxOutputTokens: 600,
      clock: realClock,
    });
    try {
      const leases = [1, 2, 3, 4].map((number) => gateway.lease(`agent-${number}`, models));
      await Promise.all(leases.map((lease, index) => agent(lease, seeded(seed * 10 + index))));
      const errors = leases.map((lease) => lease.traffic().lastError);
      return { owed: provider.owed(), dearest: provider.dearest(), maxCostUsd, errors };
    } finally {
      await gateway.close();
      await provider.upstream.close();
    }
  };

  it('never owe the provider more than the cap, by its own account, in 50 random runs', async () => {
    const overruns: number[] = [];
    const used: number[] = [];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), async (seed) => {
        const { owed, maxCostUsd, errors } = await run(seed);
        overruns.push(owed - maxCostUsd);
        used.push(owed / maxCostUsd);
        expect(owed).toBeLessThanOrEqual(maxCostUsd + 1e-6);
        expect(owed).toBeGreaterThan(maxCostUsd * 0.3);
        expect(errors.every((error) => error.startsWith('budget_reached: The budget of $'))).toBe(true);
      }),
      { numRuns: 50, endOnFailure: true },
    );
    expect(overruns).toHaveLength(50);
    expect(Math.max(...overruns)).toBeLessThanOrEqual(1e-6);
  }, 120_000);
});

describe('the budget at the gateway', () => {
  let upstream: TestUpstream;
  let gateway: RunningGateway;
  let answers: (() => void)[];
  /** Requests that came as far as the budget. */
  let priced: number;
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const open = async (budget: { maxCostUsd: number; maxTokens: number }): Promise<GatewayLease> => {
    answers = [];
    priced = 0;
    upstream = await startUpstream((reply) => answers.push(() => json(reply, 200, { choices: [], usage })));
    gateway = await startGateway({
      providers: [{ name: 'openai', base: upstream.url, key: 'sk-real' }],
      prices: {
        ...prices,
        priceOf: (model) => {
          priced += 1;
          return prices.priceOf(model);
        },
      },
      budget,
      maxOutputTokens: 100,
      clock: realClock,
    });
    return gateway.lease('agent-1', models);
  };
  const came = async (count: number): Promise<void> => {
    while (upstream.received.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  // About 1040 bytes and allowance at 0.001 and 100 tokens at 0.01: a reservation of about 2.04.
  const small = { model: 'gpt-x' };

  it('lets a request wait while another holds the money, and go with what that one left', async () => {
    const lease = await open({ maxCostUsd: 2.5, maxTokens: 1 });
    const first = post(lease, small);
    await came(1);
    const second = post(lease, small);
    answers[0]?.();
    expect((await first).status).toBe(200);
    await came(2);
    answers[1]?.();
    expect((await second).status).toBe(200);
    expect(lease.traffic().usage.costUsd).toBeCloseTo(0.4, 9);
  });

  it('says what is spent and which setting is reached, and does not ask the provider', async () => {
    const lease = await open({ maxCostUsd: 1, maxTokens: 1 });
    const answer = await post(lease, small);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/The budget of \$1\.00 \(max-cost-usd\) is reached: \$0\.0000 is spent/);
    expect(upstream.received).toEqual([]);
    expect(lease.traffic()).toMatchObject({ statuses: [400], usage: { requests: 0, costUsd: 0 } });
  });

  it('counts tokens for a model without a price, and claims no cost for it', async () => {
    const lease = await open({ maxCostUsd: 1e-6, maxTokens: 1200 });
    const first = post(lease, { model: 'unpriced' });
    await came(1);
    answers[0]?.();
    expect((await first).status).toBe(200);
    expect(lease.traffic().usage.costUsd).toBeNull();
    const refused = await post(lease, { model: 'unpriced' });
    expect(refused.body).toMatch(/1200 tokens .*\(max-tokens\) is reached: 110 are used/);
  });

  it('forgets a request whose client does not wait for its turn', async () => {
    const lease = await open({ maxCostUsd: 2.5, maxTokens: 1 });
    const other = gateway.lease('agent-2', models);
    const first = post(lease, small);
    await came(1);
    const waiting = post(other, small).catch(() => 'gone');
    while (priced < 2) await new Promise((resolve) => setImmediate(resolve));
    other.close();
    expect(await waiting).toBe('gone');
    answers[0]?.();
    await first;
    expect(upstream.received).toHaveLength(1);
  });
});

describe('a budget asked before anything is sent', () => {
  it.each([
    ['openai/gpt-x', 1.9, 5_000, /The budget of \$1\.90 \(max-cost-usd\) is reached: \$0\.0000 is spent/],
    ['openai/gpt-x', 2.1, 0, undefined],
    ['openai/unpriced', 1, 1_000, /The budget of 1000 tokens/],
    ['openai/unpriced', 0.01, 2_000, undefined],
  ])('of %s says whether $%d or %d tokens pay one request', async (model, maxCostUsd, maxTokens, why) => {
    const gateway = await startGateway({
      providers: [{ name: 'openai', key: 'sk-real' }],
      prices,
      budget: { maxCostUsd, maxTokens },
      maxOutputTokens: 100,
      clock: realClock,
    });
    const said = gateway.cannotPay?.(model);
    await gateway.close();
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
  });
});
