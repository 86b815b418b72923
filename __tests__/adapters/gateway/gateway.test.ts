import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import type { GatewayOptions, RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import { startGateway } from '../../../src/adapters/gateway/gateway.js';
import type { GatewayNews } from '../../../src/ports/gateway.js';
import { json, listedPrices, realClock, send, startUpstream, type Answering, type TestUpstream } from './loopback.js';

const realKey = 'sk-real-0123456789';
const chatAnswer = {
  choices: [{ message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
};
const claude = '{"model":"claude-x"}';
const models = ['openai/gpt-x', 'openai/other', 'anthropic/claude-x', 'gemini/g'];
const prices = listedPrices({ 'openai/gpt-x': { inputPerToken: 0.01, outputPerToken: 0.1, tiers: [] } });

let upstream: TestUpstream;
let gateway: RunningGateway;

const start = async (answering: Answering, options: Partial<GatewayOptions> = {}): Promise<void> => {
  upstream = await startUpstream(answering);
  gateway = await startGateway({
    providers: ['openai', 'anthropic', 'gemini'].map((name) => ({ name, base: `${upstream.url}/base`, key: realKey })),
    prices,
    clock: realClock,
    ...options,
  });
};

afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const chat = (lease: { token: string; baseUrl(provider: string): string }, body: object = { model: 'gpt-x' }) =>
  send(`${lease.baseUrl('openai')}/chat/completions`, {
    headers: { authorization: `Bearer ${lease.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the gateway', () => {
  it('gives the provider the real key and the request as it was, and never the token', async () => {
    await start((reply) => json(reply, 200, chatAnswer));
    const lease = gateway.lease('agent-1', models);
    const body = '{ "model":"gpt-x",  "messages" : [],"max_tokens":16000 }';
    const answer = await send(`${lease.baseUrl('openai')}/chat/completions?a=%20b`, {
      headers: { authorization: `Bearer ${lease.token}`, 'x-note': 'kept', connection: 'x-hop', 'x-hop': 'dropped' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(chatAnswer);
    const [received] = upstream.received;
    expect(received).toMatchObject({ method: 'POST', url: '/base/chat/completions?a=%20b', body });
    expect(received?.headers).toMatchObject({ authorization: `Bearer ${realKey}`, 'x-note': 'kept' });
    expect(received?.headers).not.toHaveProperty('x-hop');
    expect(JSON.stringify(received)).not.toContain(lease.token);
  });

  it('takes the token from the key header of each protocol and from the query', async () => {
    await start((reply) => json(reply, 200, {}));
    const { token, baseUrl } = gateway.lease('agent-1', models);
    await send(`${baseUrl('anthropic')}/v1/messages`, { headers: { 'x-api-key': token }, body: claude });
    await send(`${baseUrl('gemini')}/models/g:generateContent`, { headers: { 'x-goog-api-key': token }, body: '{}' });
    await send(`${baseUrl('gemini')}/models/g:streamGenerateContent?alt=sse&key=${token}`, { body: '{}' });
    expect(upstream.received.map(({ url }) => url)).toEqual([
      '/base/v1/messages',
      '/base/models/g:generateContent',
      '/base/models/g:streamGenerateContent?alt=sse',
    ]);
    expect(upstream.received[0]?.headers).toMatchObject({ 'x-api-key': realKey });
    expect(upstream.received[1]?.headers).toMatchObject({ 'x-goog-api-key': realKey });
    expect(upstream.received[2]?.headers).toMatchObject({ 'x-goog-api-key': realKey });
    expect(JSON.stringify(upstream.received)).not.toContain(token);
  });

  it('refuses unknown and returned tokens, unknown providers and paths that climb, and asks nobody', async () => {
    await start((reply) => json(reply, 200, {}));
    const lease = gateway.lease('agent-1', models);
    const headers = { authorization: `Bearer ${lease.token}` };
    expect((await send(`${gateway.url}/openai/chat/completions`)).status).toBe(401);
    expect((await send(`${gateway.url}/openai/x`, { headers: { authorization: `Bearer ${realKey}` } })).status).toBe(
      401,
    );
    expect((await send(`${gateway.url}/mistral/x`, { headers })).status).toBe(404);
    expect((await send(`${gateway.url}/openai/%2e%2E/admin`, { headers })).status).toBe(404);
    lease.close();
    expect((await chat(lease)).status).toBe(401);
    expect(upstream.received).toEqual([]);
  });

  it('names the missing input when a provider has no key, in words all clients can read', async () => {
    await start((reply) => json(reply, 200, {}), {
      providers: [{ name: 'anthropic' }],
    });
    const lease = gateway.lease('agent-1', models);
    const headers = { 'x-api-key': lease.token };
    const answer = await send(`${lease.baseUrl('anthropic')}/v1/messages`, { headers, body: claude });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error', message: expect.stringContaining('anthropic-api-key') as string },
    });
    expect(lease.traffic()).toMatchObject({ statuses: [401], usage: { requests: 0, costUsd: 0 } });
    expect(lease.env).toEqual({});
  });

  it('asks a server of the user’s own without a key where none is set', async () => {
    upstream = await startUpstream((reply) => json(reply, 200, chatAnswer));
    gateway = await startGateway({ providers: [{ name: 'openai', base: upstream.url }], clock: realClock });
    expect((await chat(gateway.lease('agent-1', models))).status).toBe(200);
    expect(upstream.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('tells a child where to go and what to show, for configured providers only', async () => {
    await start((reply) => json(reply, 200, {}), {
      providers: [
        { name: 'openai', key: realKey },
        { name: 'gemini', key: '' },
      ],
    });
    const lease = gateway.lease('agent-1', models);
    expect(lease.env).toEqual({ OPENAI_API_BASE: `${gateway.url}/openai`, OPENAI_API_KEY: lease.token });
  });

  it('passes an answer on as it comes: the first chunk is there before the provider has finished', async () => {
    let finish = (): void => undefined;
    await start((reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      finish = () =>
        reply.end('data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\ndata: [DONE]\n\n');
    });
    const lease = gateway.lease('agent-1', models);
    const headers = { authorization: `Bearer ${lease.token}` };
    const seen = await new Promise<string[]>((resolve, reject) => {
      const chunks: string[] = [];
      const sent = request(`${lease.baseUrl('openai')}/chat/completions`, { method: 'POST', headers }, (answer) => {
        answer.once('data', () => finish());
        answer.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
        answer.on('end', () => resolve(chunks));
      });
      sent.on('error', reject).end('{"model":"gpt-x"}');
    });
    expect(seen[0]).toBe('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
    expect(seen.join('')).toContain('[DONE]');
    expect(lease.traffic().usage).toMatchObject({ tokensSent: 7, tokensReceived: 3 });
  });

  it('meters each lease by itself, from what the provider reports', async () => {
    await start((reply) => json(reply, 200, chatAnswer));
    const [one, two] = [gateway.lease('agent-1', models), gateway.lease('agent-2', models)];
    await chat(one);
    await Promise.all([chat(one), chat(two)]);
    expect(one.traffic()).toEqual({
      usage: { requests: 2, tokensSent: 200, tokensReceived: 40, costUsd: 6 },
      statuses: [200, 200],
      lastError: '',
      answerCut: false,
    });
    expect(two.traffic().usage).toEqual({ requests: 1, tokensSent: 100, tokensReceived: 20, costUsd: 3 });
  });

  it('claims no cost for a model without a price, nor for an answer without usage', async () => {
    await start((reply, { body }) => json(reply, 200, body.includes('gpt-x') ? { choices: [] } : chatAnswer));
    const [unknown, silent] = [gateway.lease('agent-1', models), gateway.lease('agent-2', models)];
    await chat(unknown, { model: 'other' });
    await chat(silent);
    expect(unknown.traffic().usage).toEqual({ requests: 1, tokensSent: 100, tokensReceived: 20, costUsd: null });
    expect(silent.traffic().usage.costUsd).toBeNull();
  });

  it('unpacks a compressed answer, since the key could hide in it, and meters it', async () => {
    const packed = gzipSync(JSON.stringify(chatAnswer));
    await start((reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      reply.end(packed);
    });
    const lease = gateway.lease('agent-1', models);
    const answer = await chat(lease);
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(answer.body)).toEqual(chatAnswer);
    expect(lease.traffic().usage.tokensSent).toBe(100);
  });

  it('notes that the last answer was cut', async () => {
    const cut = { ...chatAnswer, choices: [{ finish_reason: 'length' }] };
    await start((reply, { body }) => json(reply, 200, body.includes('"long"') ? cut : chatAnswer));
    const lease = gateway.lease('agent-1', models);
    await chat(lease, { model: 'gpt-x', user: 'long' });
    expect(lease.traffic().answerCut).toBe(true);
    await chat(lease);
    expect(lease.traffic().answerCut).toBe(false);
  });

  it('keeps status, code and message of a refusal, and the key out of everything the client sees', async () => {
    await start((reply, { headers }) => {
      reply.setHeader('x-echo', String(headers.authorization));
      json(reply, 400, {
        error: { message: `no ${realKey} sk-re***789 ${'x'.repeat(900)}`, type: 'invalid_request_error', code: 'bad' },
      });
    });
    const lease = gateway.lease('agent-1', models);
    const answer = await chat(lease);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer)).not.toContain(realKey);
    const { lastError, statuses, usage } = lease.traffic();
    expect(statuses).toEqual([400]);
    expect(lastError).toMatch(/^bad invalid_request_error: no \*\*\* \*\*\* x+$/);
    expect(lastError).toHaveLength(500);
    expect(usage).toEqual({ requests: 1, tokensSent: 0, tokensReceived: 0, costUsd: 0 });
  });

  it.each([
    [
      'a refused key',
      401,
      { error: { message: 'Incorrect API key', type: 'invalid_request_error', code: 'invalid_api_key' } },
    ],
    ['an empty account', 429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
    [
      'a key Gemini does not know',
      400,
      { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } },
    ],
  ])('after %s tells it once and asks that provider no more, but others', async (_, status, body) => {
    const told: GatewayNews[] = [];
    await start((reply, { url }) => (url.includes('/v1/messages') ? json(reply, 200, {}) : json(reply, status, body)));
    gateway.listen((news) => told.push(news));
    const [one, two] = [gateway.lease('agent-1', models), gateway.lease('agent-2', models)];
    expect((await chat(one)).status).toBe(status);
    const refused = await chat(two);
    expect(refused.status).toBe(401);
    expect(refused.body).toContain('openai has refused its key');
    expect(told).toMatchObject([
      { kind: 'dead-key', provider: 'openai', failure: { message: expect.stringContaining(String(status)) as string } },
    ]);
    expect(upstream.received).toHaveLength(1);
    expect(two.traffic()).toMatchObject({
      statuses: [401],
      lastError: one.traffic().lastError,
      usage: { requests: 0 },
    });
    const headers = { 'x-api-key': two.token };
    const other = await send(`${two.baseUrl('anthropic')}/v1/messages`, { headers, body: claude });
    expect(other.status).toBe(200);
  });

  it('asks again itself after a rate limit, and its client sees only the answer', async () => {
    const limit = { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } };
    await start((reply) =>
      json(reply, upstream.received.length === 1 ? 429 : 200, upstream.received.length === 1 ? limit : chatAnswer),
    );
    const lease = gateway.lease('agent-1', models);
    expect((await chat(lease)).status).toBe(200);
    expect(lease.traffic().statuses).toEqual([429, 200]);
    expect(lease.traffic().usage).toMatchObject({ requests: 2, costUsd: 3 });
  });

  it('answers 502 and notes status 0 when a provider cannot be reached', async () => {
    await start((reply) => json(reply, 200, {}));
    await upstream.close();
    const lease = gateway.lease('agent-1', models);
    expect((await chat(lease)).status).toBe(502);
    expect(lease.traffic()).toMatchObject({
      statuses: [0],
      lastError: expect.stringContaining('openai could not be reached') as string,
    });
  });

  it('breaks off for the client too when the provider breaks off its answer', async () => {
    await start((reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      reply.write('{"half":', () => reply.destroy());
    });
    const lease = gateway.lease('agent-1', models);
    await expect(chat(lease)).rejects.toThrow();
    expect(lease.traffic()).toMatchObject({ statuses: [0], usage: { requests: 1, tokensReceived: 0 } });
    expect(lease.traffic().usage.tokensSent).toBeGreaterThan(0);
  });

  it('ends the request upstream when its lease is closed', async () => {
    let began = (): void => undefined;
    const reached = new Promise<void>((resolve) => (began = resolve));
    let gone = (): void => undefined;
    const ended = new Promise<void>((resolve) => (gone = resolve));
    await start((reply) => {
      reply.once('close', gone);
      began();
    });
    const lease = gateway.lease('agent-1', models);
    const answer = chat(lease).catch(() => 'broken off');
    await reached;
    lease.close();
    await ended;
    expect(await answer).toBe('broken off');
    expect(lease.traffic().usage.requests).toBe(1);
  });

  it('keeps its connection to a provider, also from one lease to the next', async () => {
    await start((reply) => json(reply, 200, chatAnswer));
    for (let round = 0; round < 3; round += 1) {
      const lease = gateway.lease(`agent-${round}`, models);
      await chat(lease);
      lease.close();
    }
    expect(upstream.connections()).toBe(1);
  });

  it('sends a request again when the kept connection turns out to be closed', async () => {
    await start((reply, { headers }) =>
      // The second request meets a connection that the provider drops without a word.
      upstream.received.length === 2
        ? reply.socket?.resetAndDestroy()
        : json(reply, 200, { seen: headers['content-length'] }),
    );
    const lease = gateway.lease('agent-1', models);
    expect((await chat(lease)).status).toBe(200);
    expect((await chat(lease)).status).toBe(200);
    expect(lease.traffic().statuses).toEqual([200, 200]);
  });
});
