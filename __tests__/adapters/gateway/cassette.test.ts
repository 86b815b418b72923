import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCassette } from '../../../src/adapters/gateway/open-cassette.js';
import { startGateway, type GatewayCassette, type RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import type { GatewayLease } from '../../../src/ports/gateway.js';
import { redact } from '../../../src/core/text/redact.js';
import { json, listedPrices, realClock, send, startUpstream, type TestUpstream } from './loopback.js';

const realKey = 'sk-real-0123456789';
const prices = listedPrices({ 'openai/m': { inputPerToken: 0.01, outputPerToken: 0.1, tiers: [] } });

let folder: string;
let file: string;
let upstream: TestUpstream;
const open: RunningGateway[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cassette-'));
  file = join(folder, 'run.ndjson');
  let asked = 0;
  upstream = await startUpstream((reply, { body, headers }) => {
    asked += 1;
    if (body.includes('"refuse"')) return json(reply, 400, { error: { code: 'bad', message: headers.authorization } });
    if (!body.includes('"stream":true'))
      return json(reply, 200, {
        choices: [{ message: { content: `answer ${asked} ${headers.authorization ?? ''}` } }],
        usage: { prompt_tokens: 100, completion_tokens: 2 },
      });
    reply.writeHead(200, { 'content-type': 'text/event-stream', 'x-account': 'acme' });
    reply.write('data: {"choices":[{"delta":{"content":"ä"}}]}\n\n', () =>
      reply.end('data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n'),
    );
  });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
  await upstream.close();
  await rm(folder, { recursive: true });
});

const cassette = (env: Record<string, string>): GatewayCassette | undefined => {
  const opened = openCassette(env, (text) => redact(text, [realKey]));
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
};

const gatewayWith = async (given: GatewayCassette | undefined, key?: string): Promise<RunningGateway> => {
  const gateway = await startGateway({
    providers: [
      {
        name: 'openai',
        base: given?.kind === 'replay' ? 'https://api.openai.com/v1' : upstream.url,
        ...(key && { key }),
      },
    ],
    prices,
    clock: realClock,
    ...(given === undefined ? {} : { cassette: given }),
  });
  open.push(gateway);
  return gateway;
};

const record = () => gatewayWith(cassette({ AIDER_ORCHESTRATOR_RECORD: file }), realKey);
const replay = () => gatewayWith(cassette({ AIDER_ORCHESTRATOR_REPLAY: file }));

const ask = (lease: GatewayLease, content: string, more: object = {}) =>
  send(`${lease.baseUrl('openai')}/chat/completions`, {
    headers: { authorization: `Bearer ${lease.token}` },
    body: JSON.stringify({ model: 'm', messages: [{ content }], ...more }),
  });

describe('a cassette', () => {
  it('gives the same answers to the same requests, with the same cost, without a provider or a key', async () => {
    const lease = (await record()).lease('agent-1', ['openai/m']);
    const before = [await ask(lease, 'one'), await ask(lease, 'two'), await ask(lease, 'three', { stream: true })];
    await upstream.close();
    const again = (await replay()).lease('agent-1', ['openai/m']);
    expect(again.env).toHaveProperty('OPENAI_API_KEY', again.token);
    const [one, two, three] = before.map(({ body }) => body);
    expect((await ask(again, 'two')).body).toBe(two);
    expect((await ask(again, 'one')).body).toBe(one);
    expect((await ask(again, 'three', { stream: true })).body).toBe(three);
    expect((await ask(again, 'one')).body).toBe(one);
    expect(again.traffic().usage).toMatchObject({ requests: 4, tokensSent: 303 });
  });

  it('answers a request it does not know by its words with the next one of the same client and model', async () => {
    const gateway = await record();
    const [one, two] = [gateway.lease('agent-1', ['openai/m']), gateway.lease('agent-2', ['openai/m'])];
    await ask(one, 'mark 123');
    const other = await ask(two, 'mark 123 too');
    const again = await replay();
    const lease = again.lease('agent-2', ['openai/m']);
    expect((await ask(lease, 'mark 456')).body).toBe(other.body);
    const missing = await ask(lease, 'mark 789');
    expect(missing.status).toBe(400);
    expect(missing.body).toContain('the cassette holds no further answer for agent-2 from openai/m');
    expect(upstream.received).toHaveLength(2);
  });

  it('holds no key and no token, and only its owner may read it', async () => {
    const lease = (await record()).lease('agent-1', ['openai/m']);
    await ask(lease, `my key is ${realKey}`);
    await ask(lease, 'refuse');
    await ask(lease, 'plain', { stream: true });
    const text = await readFile(file, 'utf8');
    expect(text).toContain('answer 1 Bearer ***');
    for (const secret of [realKey, lease.token, Buffer.from(realKey).toString('base64'), 'acme'])
      expect(text).not.toContain(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [, ...lines] = text.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([200, 400, 200]);
  });

  it('can be read when its writer was killed in the middle of a line', async () => {
    const lease = (await record()).lease('agent-1', ['openai/m']);
    const one = await ask(lease, 'one');
    await ask(lease, 'two');
    await truncate(file, (await stat(file)).size - 10);
    const again = (await replay()).lease('agent-1', ['openai/m']);
    expect((await ask(again, 'one')).body).toBe(one.body);
  });

  it('is refused with its name where it is none, or cannot be written', () => {
    const same = (text: string): string => text;
    expect(openCassette({ AIDER_ORCHESTRATOR_REPLAY: join(folder, 'none') }, same)).toMatchObject({
      ok: false,
      failure: { who: 'user', message: expect.stringContaining('none cannot be read') as string },
    });
    expect(openCassette({ AIDER_ORCHESTRATOR_RECORD: join(folder, 'no', 'where') }, same)).toMatchObject({ ok: false });
    expect(openCassette({}, same)).toEqual({ ok: true, value: undefined });
  });
});
