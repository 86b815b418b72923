import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGateway, type GatewayOptions } from '../../../src/adapters/gateway/gateway.js';
import { openPrices } from '../../../src/adapters/prices/prices.js';
import { parseModelName } from '../../../src/core/models.js';
import { realAider } from '../aider/support/real-aider.js';
import { json, realClock, startUpstream, type Answering } from './loopback.js';

const run = promisify(execFile);

const edit = 'hello.txt\n```\nhello there\n```\n';
const openai = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: edit }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 },
};
const anthropic = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: edit }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1000, output_tokens: 10 },
};
const gemini = {
  candidates: [{ content: { role: 'model', parts: [{ text: edit }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 10, totalTokenCount: 1010 },
};

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'gateway-aider-'))));
afterEach(() => rm(folder, { recursive: true }));

/** One message of the real Aider in a repository of its own, with nothing in its environment but its lease. */
const message = async (command: string, model: string, lease: Readonly<Record<string, string>>): Promise<void> => {
  const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: folder };
  const env = {
    ...git,
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    ...lease,
  };
  await mkdir(join(folder, 'work'));
  await run('git', ['init', '-q', join(folder, 'work')], { env });
  await writeFile(join(folder, 'message'), 'Write hello.txt.');
  const quiet = ['--yes-always', '--no-stream', '--no-pretty', '--no-check-update', '--no-show-release-notes'];
  const still = [
    '--no-show-model-warnings',
    '--no-analytics',
    '--no-gitignore',
    '--no-detect-urls',
    '--disable-playwright',
  ];
  const what = ['--no-auto-commits', '--no-dirty-commits', '--map-tokens', '0', '--edit-format', 'whole'];
  const models = ['--model', model, '--weak-model', model, '--message-file', join(folder, 'message')];
  const started = run(command, [...quiet, ...still, ...what, ...models, 'hello.txt'], {
    cwd: join(folder, 'work'),
    env,
  });
  started.child.stdin?.end();
  await started;
};

const through = async (model: string, answering: Answering, options: Partial<GatewayOptions> = {}) => {
  const aider = await realAider();
  const upstream = await startUpstream(answering);
  const gateway = await startGateway({
    providers: ['openai', 'anthropic', 'gemini'].map((name) => ({
      name,
      base: `${upstream.url}/base`,
      key: 'sk-real',
    })),
    prices: openPrices({ file: aider.pricesFile }),
    clock: realClock,
    ...options,
  });
  const lease = gateway.lease('agent-1', [model]);
  const name = parseModelName(model);
  try {
    await message(aider.command, name.ok ? name.value.aiderName : '', lease.env);
    return { traffic: lease.traffic(), received: upstream.received };
  } finally {
    await gateway.close();
    await upstream.close();
  }
};

describe('the real Aider behind the gateway', () => {
  // Installing it may be part of the first test.
  const limitMs = 180_000;

  it.each([
    ['gpt-4o', '/base/chat/completions', 'Bearer sk-real', openai, 0.0026],
    ['claude-sonnet-4-5', '/base/v1/messages', 'sk-real', anthropic, 0.00315],
    ['gemini/gemini-2.5-pro', '/base/models/gemini-2.5-pro:generateContent', 'sk-real', gemini, 0.00135],
  ])(
    'asks for %s at its provider, edits by the answer, and is metered and priced',
    async (model, url, key, body, costUsd) => {
      const { traffic, received } = await through(model, (reply: ServerResponse) => json(reply, 200, body));
      expect(await readFile(join(folder, 'work', 'hello.txt'), 'utf8')).toBe('hello there\n');
      expect(received.map((each) => each.url)).toEqual([url]);
      expect(Object.values(received[0]?.headers ?? {})).toContain(key);
      expect(traffic).toMatchObject({ statuses: [200], lastError: '', answerCut: false });
      expect(traffic.usage).toMatchObject({ requests: 1, tokensSent: 1000, tokensReceived: 10 });
      expect(traffic.usage.costUsd).toBeCloseTo(costUsd, 10);
    },
    limitMs,
  );

  it(
    'is stopped by an empty account after one request to the provider, where alone it would repeat for a minute',
    async () => {
      const error = {
        message: 'You exceeded your current quota',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      };
      const { traffic, received } = await through('gpt-4o', (reply) => json(reply, 429, { error }));
      expect(received).toHaveLength(1);
      expect(traffic.statuses[0]).toBe(429);
      expect(traffic.statuses.slice(1).every((status) => status === 401)).toBe(true);
      expect(traffic.lastError).toContain('insufficient_quota');
    },
    limitMs,
  );

  it.each(['gpt-4o', 'claude-sonnet-4-5', 'gemini/gemini-2.5-pro'])(
    'is stopped at once by the budget: %s is not asked, and nothing is repeated',
    async (model) => {
      const budget = { maxCostUsd: 0.000_001, maxTokens: 1 };
      const { traffic, received } = await through(model, (reply) => json(reply, 500, {}), { budget });
      expect(received).toEqual([]);
      expect(traffic.statuses).toEqual([400]);
      expect(traffic.lastError).toMatch(/^budget_reached: /);
      expect(traffic.usage).toMatchObject({ requests: 0, costUsd: 0 });
    },
    limitMs,
  );
});
