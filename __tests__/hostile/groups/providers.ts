import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { startGateway, type GatewayOptions, type RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import { Usage } from '../../../src/core/usage.js';
import type { GatewayLease, GatewayNews } from '../../../src/ports/gateway.js';
import {
  json,
  listedPrices,
  realClock,
  send,
  startUpstream,
  type Answering,
  type RawAnswer,
  type TestUpstream,
} from '../../adapters/gateway/loopback.js';
import { group } from '../group.js';

/*
 * The real gateway before a provider on loopback that does what it wants.
 */

const realKey = 'sk-real-Jx7Kq2Vw9Rt4Yz8Lm3Np6Bc1Df5Gh0Sa';
const price = { inputPerToken: 0.001, outputPerToken: 0.01, tiers: [] };
const sound = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

interface Stage {
  readonly upstream: TestUpstream;
  readonly gateway: RunningGateway;
  readonly lease: GatewayLease;
  readonly news: readonly GatewayNews[];
  ask(over?: object): Promise<RawAnswer>;
}

const provider = { anthropic: 'claude-x', openai: 'gpt-x', gemini: 'g' } as const;
type Provider = keyof typeof provider;
const paths = { anthropic: '/v1/messages', openai: '/chat/completions', gemini: '/models/g:generateContent' } as const;

const onStage = async (
  answering: Answering,
  look: (stage: Stage) => Promise<void>,
  { name = 'openai', ...options }: Partial<GatewayOptions> & { name?: Provider } = {},
): Promise<void> => {
  const upstream = await startUpstream(answering);
  const gateway = await startGateway({
    providers: [{ name, base: upstream.url, key: realKey }],
    prices: listedPrices({ [`${name}/${provider[name]}`]: price }),
    maxOutputTokens: 100,
    clock: realClock,
    ...options,
  });
  const news: GatewayNews[] = [];
  gateway.listen((each) => news.push(each));
  const lease = gateway.lease('agent-1', [`${name}/${provider[name]}`]);
  const ask = (over: object = {}) =>
    send(`${lease.baseUrl(name)}${paths[name]}`, {
      headers: { authorization: `Bearer ${lease.token}` },
      body: JSON.stringify(name === 'gemini' ? over : { model: provider[name], ...over }),
    });
  try {
    await look({ upstream, gateway, lease, news, ask });
  } finally {
    await gateway.close();
    await upstream.close();
  }
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const answerWith =
  ({ status, body, headers = {} }: Refusal): Answering =>
  (reply) => {
    reply.writeHead(status, { 'content-type': 'application/json', ...headers });
    reply.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const error = (code: string, message = 'no') => ({ error: { code, type: code, message } });

const deadKeys: readonly (readonly [string, Refusal])[] = [
  ['401', { status: 401, body: error('invalid_api_key') }],
  ['401 without a body', { status: 401, body: '' }],
  ['401 in HTML', { status: 401, body: '<h1>Unauthorized</h1>' }],
  ['401 that says it is fine', { status: 401, body: { choices: [], usage: sound } }],
  ['403 of a suspended account', { status: 403, body: error('account_suspended', 'Your account is suspended') }],
  ['402', { status: 402, body: error('payment_required') }],
  ['429 of an empty account', { status: 429, body: error('insufficient_quota') }],
  [
    '400 of a bad Gemini key',
    { status: 400, body: { error: { status: 'INVALID_ARGUMENT', message: 'API key not valid.' } } },
  ],
  ['400 of an empty account', { status: 400, body: error('x', 'Your credit balance is too low') }],
];

const patience: readonly (readonly [string, Refusal])[] = [
  ['429', { status: 429, body: error('rate_limit_exceeded') }],
  ['429 with a pause', { status: 429, body: '', headers: { 'retry-after': '7' } }],
  ['429 with a pause of no time', { status: 429, body: '', headers: { 'retry-after': '0' } }],
  [
    '429 with a pause before now',
    { status: 429, body: '', headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
  ],
  ['429 with a pause that is none', { status: 429, body: '', headers: { 'retry-after': 'soon; drop table' } }],
  ['429 with a negative pause', { status: 429, body: '', headers: { 'retry-after': '-5' } }],
  ['429 with a pause in ms', { status: 429, body: '', headers: { 'retry-after-ms': '250' } }],
  ['529', { status: 529, body: error('overloaded_error') }],
  ['503 with a pause', { status: 503, body: '', headers: { 'retry-after': '3' } }],
];

const endless: readonly (readonly [string, Refusal])[] = [
  ['a pause of a year', { status: 429, body: '', headers: { 'retry-after': '31536000' } }],
  ['a pause past all numbers', { status: 429, body: '', headers: { 'retry-after': '1e300' } }],
  ['a pause in the year 9999', { status: 429, body: '', headers: { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' } }],
  [
    'a pause in its body',
    { status: 429, body: { error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '999999999s' }] } } },
  ],
];

const usages: readonly (readonly [string, Provider, unknown])[] = [
  ['no usage', 'openai', {}],
  ['usage that is a text', 'openai', { usage: 'none' }],
  ['usage that is a list', 'openai', { usage: [1, 2] }],
  ['nothing counted', 'openai', { usage: { prompt_tokens: null, completion_tokens: null } }],
  ['a negative count', 'openai', { usage: { prompt_tokens: -1_000_000, completion_tokens: 10 } }],
  ['a negative answer', 'openai', { usage: { prompt_tokens: 10, completion_tokens: -1_000_000 } }],
  ['a negative total', 'openai', { usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: -5 } }],
  ['a broken count', 'openai', { usage: { prompt_tokens: 0.001, completion_tokens: 0.001 } }],
  ['a count past 2^53', 'openai', { usage: { prompt_tokens: 2 ** 60, completion_tokens: 1 } }],
  ['a count past all numbers', 'openai', '{"usage":{"prompt_tokens":1e999,"completion_tokens":1}}'],
  [
    'a negative count read from the cache',
    'openai',
    { usage: { ...sound, prompt_tokens_details: { cached_tokens: -1e6 } } },
  ],
  ['texts for counts', 'openai', { usage: { prompt_tokens: '1', completion_tokens: '1' } }],
  ['a prototype', 'openai', '{"__proto__":{"usage":{"prompt_tokens":0}}}'],
  ['a negative input', 'anthropic', { usage: { input_tokens: -5, output_tokens: 1 } }],
  [
    'a negative count written to the cache',
    'anthropic',
    { usage: { input_tokens: 5, output_tokens: 1, cache_creation_input_tokens: -1e9 } },
  ],
  ['a broken output', 'anthropic', { usage: { input_tokens: 5, output_tokens: 1.5 } }],
  ['a negative prompt', 'gemini', { usageMetadata: { promptTokenCount: -5, candidatesTokenCount: 1 } }],
  [
    'negative thoughts',
    'gemini',
    { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1, thoughtsTokenCount: -1e9 } },
  ],
  ['broken JSON', 'openai', '{"usage":{"prompt_tokens":1,'],
  ['HTML', 'openai', '<html>ok</html>'],
  ['nothing', 'openai', ''],
];

const streams: readonly (readonly [string, readonly unknown[]])[] = [
  ['sound usage, then a negative one', [{ usage: sound }, { usage: { prompt_tokens: 1, completion_tokens: -1e9 } }]],
  ['a negative one, then sound usage', [{ usage: { prompt_tokens: -1e9, completion_tokens: 1 } }, { usage: sound }]],
  ['no usage at all', [{ choices: [{ delta: { content: 'a' } }] }]],
  ['events that are no JSON', ['{', '[DONE]', 'x'.repeat(1000)]],
];

type Shape = (reply: ServerResponse) => void;
const start = (reply: ServerResponse, type = 'application/json'): ServerResponse =>
  reply.writeHead(200, { 'content-type': type });

/** Answers that never come to their end by themselves. */
const hanging: readonly (readonly [string, Shape])[] = [
  ['no answer at all', () => undefined],
  ['a head and no body', (reply) => void start(reply).flushHeaders()],
  ['half a body', (reply) => void start(reply).write('{"choices":[')],
  ['a stream without an end', (reply) => void start(reply, 'text/event-stream').write('data: {"choices":[]}\n\n')],
  [
    'a drip',
    (reply) => {
      start(reply, 'text/event-stream');
      const drip = setInterval(() => reply.write(': \n'), 2);
      reply.on('close', () => clearInterval(drip));
    },
  ],
  ['half a refusal', (reply) => void reply.writeHead(400).write('{"error":')],
  [
    'early hints for ever',
    (reply) => {
      const hints = setInterval(() => reply.writeProcessing(), 2);
      reply.on('close', () => clearInterval(hints));
    },
  ],
];

/** Answers no honest provider gives; the client is told something and the gateway goes on. */
const odd: readonly (readonly [string, Shape])[] = [
  ['a closed connection', (reply) => void reply.destroy()],
  ['a closed connection in the head', (reply) => void reply.socket?.end('HTTP/1.1 200 O')],
  ['no HTTP', (reply) => void reply.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
  ['another protocol', (reply) => void reply.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end()],
  [
    'a shorter body than it says',
    (reply) => void reply.writeHead(200, { 'content-length': '1000' }).write('{', () => reply.destroy()),
  ],
  ['no content', (reply) => void reply.writeHead(204).end()],
  ['not modified', (reply) => void reply.writeHead(304).end()],
  ['a huge head', (reply) => void reply.writeHead(200, { 'x-fill': 'x'.repeat(60_000) }).end('{}')],
  ['packed rubbish', (reply) => void reply.writeHead(200, { 'content-encoding': 'gzip' }).end('rubbish')],
  [
    'packed half',
    (reply) =>
      void reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(9_000)).subarray(0, 20)),
  ],
  ['packed twice', (reply) => void reply.writeHead(200, { 'content-encoding': 'gzip, br' }).end(gzipSync('{}'))],
  ['cookies', (reply) => void reply.writeHead(200, { 'set-cookie': ['a=b', 'c=d'] }).end('{}')],
  ['a refusal of many megabytes', (reply) => void reply.writeHead(500).end('x'.repeat(5_000_000))],
  ['deep JSON', (reply) => void start(reply).end('['.repeat(200_000))],
  ['an error that is a number', (reply) => void reply.writeHead(400).end('{"error":7}')],
  [
    'an error made of objects',
    (reply) => void reply.writeHead(400).end('{"error":{"code":{"a":1},"message":[1],"details":{"x":1}}}'),
  ],
  ['a line without an end', (reply) => void start(reply, 'text/event-stream').end(`data: ${'x'.repeat(20_000_000)}`)],
  [
    'a body packed a thousandfold',
    (reply) => void start(reply.setHeader('content-encoding', 'br')).end(brotliCompressSync(Buffer.alloc(20_000_000))),
  ],
];

const metadata = 'http://169.254.169.254/latest/meta-data/';
const redirects = [301, 302, 303, 307, 308].map((status) => [`${status}`, status] as const);

const marked = `a ${realKey} b`;
const leaks: readonly (readonly [string, Shape])[] = [
  ['in its answer', (reply) => void start(reply).end(JSON.stringify({ key: realKey }))],
  ['in its refusal', (reply) => json(reply, 400, error('x', `Incorrect API key provided: ${realKey}`))],
  ['in the head', (reply) => void reply.writeHead(200, { 'x-you-sent': `Bearer ${realKey}` }).end('{}')],
  ['in a cookie', (reply) => void reply.writeHead(200, { 'set-cookie': [`k=${realKey}`] }).end('{}')],
  [
    'in two pieces',
    (reply) => void start(reply).write(marked.slice(0, 12), () => setTimeout(() => reply.end(marked.slice(12)), 2)),
  ],
  [
    'letter by letter',
    (reply) => {
      start(reply);
      const letters = [...marked];
      const next = (): void =>
        void (letters.length === 0 ? reply.end() : reply.write(letters.shift(), () => setImmediate(next)));
      next();
    },
  ],
  ['packed', (reply) => void reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(marked))],
  [
    'packed otherwise',
    (reply) => void reply.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync(marked)),
  ],
  ['ten thousand times', (reply) => void start(reply).end(realKey.repeat(10_000))],
  ['in a stream', (reply) => void start(reply, 'text/event-stream').end(`data: ${JSON.stringify({ k: realKey })}\n\n`)],
];

export const hostileProviders = group('dead keys, 429, 529, hanging and lying providers', {
  owner: 'src/adapters/gateway/**',
  predicates: {
    /** Asked once; whoever comes after is refused by us, and the run is told once. */
    killsTheKey: (refusal: Refusal) =>
      onStage(answerWith(refusal), async ({ upstream, lease, news, ask }) => {
        await ask();
        for (const status of (await Promise.all([ask(), ask(), ask()])).map((each) => each.status))
          expect(status).toBe(401);
        expect(upstream.received).toHaveLength(1);
        expect(news.filter(({ kind }) => kind === 'dead-key')).toHaveLength(1);
        expect(lease.traffic().lastError).not.toBe('');
      }),
    /** A burst of repeats, as Aider makes them, is held: the provider sees one request until its pause is over. */
    holdsTheBurst: (refusal: Refusal) => {
      let wake = (): void => undefined;
      const paused = new Promise<void>((resolve) => (wake = resolve));
      const sleep = (_ms: number, signal?: AbortSignal): Promise<void> =>
        Promise.race([paused, new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))]);
      const clock = { now: () => 1_700_000_000_000, sleep };
      let answered = false;
      const answering: Answering = (reply, received) => {
        if (answered) return json(reply, 200, { choices: [], usage: sound });
        answered = true;
        return answerWith(refusal)(reply, received);
      };
      return onStage(
        answering,
        async ({ upstream, gateway, ask }) => {
          const first = ask();
          await until(() => upstream.received.length === 1);
          await until(() => !gateway.mayStart('openai/gpt-x') || upstream.received.length > 1);
          const shut = !gateway.mayStart('openai/gpt-x');
          const burst = Array.from({ length: 7 }, () => ask());
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (shut) expect(upstream.received).toHaveLength(1);
          wake();
          for (const answer of await Promise.all([first, ...burst])) expect(answer.status).toBe(200);
        },
        { clock, random: () => 0.5 },
      );
    },
    /** It is refused to the end: the client is told after a few tries, not after Aider's 27. */
    endsTheRepeats: (refusal: Refusal) =>
      onStage(answerWith(refusal), async ({ upstream, ask }) => {
        expect((await ask()).status).toBeGreaterThanOrEqual(400);
        expect(upstream.received.length).toBeLessThanOrEqual(5);
      }),
    /** Nobody waits for a pause without an end: the client is told at once, and nothing more is sent. */
    isNotWaitedFor: (refusal: Refusal) =>
      onStage(
        answerWith(refusal),
        async ({ upstream, ask }) => {
          expect((await ask()).status).toBe(429);
          expect((await ask()).status).toBe(429);
          expect(upstream.received).toHaveLength(1);
        },
        {
          clock: {
            now: () => 1_700_000_000_000,
            sleep: (ms) => (ms > 240_000 ? new Promise(() => {}) : Promise.resolve()),
          },
        },
      ),
    /** What cannot be believed counts as all that was reserved: a second request does not fit any more. */
    countsAsReserved: ({ name, body }: { name: Provider; body: unknown }) =>
      onStage(
        answerWith({ status: 200, body }),
        async ({ lease, upstream, ask }) => {
          expect((await ask()).status).toBe(200);
          const { usage } = lease.traffic();
          expect(Usage.safeParse(usage)).toMatchObject({ success: true });
          expect(usage.costUsd).toBeNull();
          expect((await ask()).status).toBe(400);
          expect(upstream.received).toHaveLength(1);
        },
        { name, budget: { maxCostUsd: 2.5, maxTokens: 1 } },
      ),
    streamCountsAsReserved: (events: readonly unknown[]) =>
      onStage(
        (reply) => {
          start(reply, 'text/event-stream');
          const texts = events.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
          reply.end(texts.map((each) => `data: ${each}\n\n`).join(''));
        },
        async ({ lease, ask }) => {
          expect((await ask({ stream: true })).status).toBe(200);
          expect(lease.traffic().usage.costUsd).toBeNull();
          expect((await ask()).status).toBe(400);
        },
        { budget: { maxCostUsd: 2.5, maxTokens: 1 } },
      ),
    /** It ends with its client, and what it may have cost is counted. */
    endsWithTheClient: (shape: Shape) => {
      let gone = false;
      return onStage(
        (reply) => {
          reply.on('close', () => (gone = true));
          shape(reply);
        },
        async ({ gateway, lease, upstream, ask }) => {
          const asked = ask().catch(() => 'gone');
          await until(() => upstream.received.length === 1);
          await new Promise((resolve) => setTimeout(resolve, 5));
          lease.close();
          await asked;
          await until(() => gone);
          const other = gateway.lease('agent-2', ['openai/gpt-x']);
          const next = await send(`${other.baseUrl('openai')}/chat/completions`, {
            headers: { authorization: `Bearer ${other.token}` },
            body: '{"model":"gpt-x"}',
          });
          expect(next.status).toBe(400);
          expect(upstream.received).toHaveLength(1);
        },
        { budget: { maxCostUsd: 2.5, maxTokens: 1 } },
      );
    },
    isSurvived: (shape: Shape) => {
      let count = 0;
      return onStage(
        (reply) => (++count === 1 ? shape(reply) : json(reply, 200, { choices: [], usage: sound })),
        async ({ lease, ask }) => {
          await ask().catch(() => 'broken off');
          expect((await ask()).status).toBe(200);
          expect(Usage.safeParse(lease.traffic().usage)).toMatchObject({ success: true });
        },
      );
    },
    /** Neither followed by us nor handed to a client that would. */
    leadsNowhere: (status: number) =>
      onStage(
        (reply) => void reply.writeHead(status, { location: metadata }).end(metadata),
        async ({ upstream, ask }) => {
          const answer = await ask();
          expect(answer.status).toBe(502);
          expect(answer.headers).not.toHaveProperty('location');
          expect(JSON.stringify(answer)).not.toContain('169.254');
          expect(upstream.received).toHaveLength(1);
        },
      ),
    keepsTheKey: (shape: Shape) =>
      onStage(shape, async ({ lease, ask }) => {
        const answer = await ask();
        expect(JSON.stringify([answer, lease.traffic()])).not.toContain(realKey.slice(8, 24));
      }),
  },
  vectors: [
    ...deadKeys.map(([id, input]) => ({ id, holds: 'killsTheKey' as const, input })),
    ...patience.map(([id, input]) => ({ id: `${id}, then a burst`, holds: 'holdsTheBurst' as const, input })),
    ...patience.map(([id, input]) => ({ id: `${id} for ever`, holds: 'endsTheRepeats' as const, input })),
    ...endless.map(([id, input]) => ({ id, holds: 'isNotWaitedFor' as const, input })),
    ...usages.map(([id, name, body]) => ({
      id: `${name} reports ${id}`,
      holds: 'countsAsReserved' as const,
      input: { name, body },
    })),
    ...streams.map(([id, input]) => ({ id: `a stream with ${id}`, holds: 'streamCountsAsReserved' as const, input })),
    ...hanging.map(([id, input]) => ({ id: `hangs: ${id}`, holds: 'endsWithTheClient' as const, input })),
    ...odd.map(([id, input]) => ({ id: `answers ${id}`, holds: 'isSurvived' as const, input })),
    ...redirects.map(([id, input]) => ({ id: `${id} to a metadata service`, holds: 'leadsNowhere' as const, input })),
    ...leaks.map(([id, input]) => ({ id: `shows the key ${id}`, holds: 'keepsTheKey' as const, input })),
  ],
});
