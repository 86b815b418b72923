import { startGateway, type RunningGateway } from '../../../src/adapters/gateway/gateway.js';
import { createModel, type ModelOptions } from '../../../src/adapters/models/model.js';
import { PlanDocument } from '../../../src/core/plan/plan.js';
import { Prd } from '../../../src/core/prd.js';
import { providers } from '../../../src/core/providers.js';
import type { Question } from '../../../src/ports/model.js';
import { json, realClock, startUpstream, type Answering, type TestUpstream } from '../gateway/loopback.js';

const prd: Prd = {
  title: 'Add --quiet',
  goal: 'Less noise.',
  scope: ['cli'],
  nonGoals: [],
  acceptance: [{ id: 'AC1', text: 'Prints nothing.' }],
  risks: [],
  openQuestions: [],
};

const openai = (content: string, finish_reason = 'stop') => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
  usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
});
const anthropic = (text: string) => ({
  id: 'm1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 100, output_tokens: 20 },
});
const gemini = (text: string) => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
});

let upstream: TestUpstream;
let gateway: RunningGateway;

const start = async (answering: Answering): Promise<void> => {
  upstream = await startUpstream(answering);
  gateway = await startGateway({
    providers: providers.map(({ name }) => ({ name, base: upstream.url, key: 'sk-real' })),
    clock: realClock,
  });
};
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const ask = (model: string, more: Partial<Question<Prd>> = {}, options: Partial<ModelOptions> = {}) =>
  createModel({ gateway, clock: realClock, ...options }).ask({
    model,
    name: 'prd',
    schema: Prd,
    system: 'SYSTEM',
    prompt: 'PROMPT',
    signal: new AbortController().signal,
    ...more,
  });
const sent = (index = 0): Record<string, unknown> =>
  JSON.parse(upstream.received[index]?.body ?? '{}') as Record<string, unknown>;

describe('a question to a model', () => {
  it('reaches OpenAI as a strict schema by name', async () => {
    await start((reply) => json(reply, 200, openai(JSON.stringify(prd))));
    expect(await ask('openai/gpt-x')).toMatchObject({
      ok: true,
      value: { value: prd, usage: { requests: 1, tokensSent: 100, tokensReceived: 20, costUsd: null } },
    });
    expect(upstream.received[0]).toMatchObject({
      url: '/chat/completions',
      headers: { authorization: 'Bearer sk-real' },
    });
    expect(sent()).toMatchObject({
      model: 'gpt-x',
      response_format: { type: 'json_schema', json_schema: { name: 'prd', strict: true } },
    });
    expect(JSON.stringify(sent()['messages'])).toMatch(/SYSTEM.*PROMPT/);
  });

  it('reaches Anthropic with its version in the path and the schema as output format', async () => {
    await start((reply) => json(reply, 200, anthropic(JSON.stringify(prd))));
    expect(await ask('claude-sonnet-4-5')).toMatchObject({
      ok: true,
      value: { value: prd, usage: { tokensSent: 100 } },
    });
    expect(upstream.received[0]).toMatchObject({ url: '/v1/messages', headers: { 'x-api-key': 'sk-real' } });
    expect(sent()).toMatchObject({ model: 'claude-sonnet-4-5', output_config: { format: { type: 'json_schema' } } });
  });

  it('reaches Gemini with a response schema without constants', async () => {
    await start((reply) => json(reply, 200, gemini(JSON.stringify(prd))));
    expect(await ask('gemini/gemini-2.5-pro')).toMatchObject({
      ok: true,
      value: { value: prd, usage: { tokensSent: 100 } },
    });
    expect(upstream.received[0]).toMatchObject({
      url: '/models/gemini-2.5-pro:generateContent',
      headers: { 'x-goog-api-key': 'sk-real' },
    });
    expect(sent()['generationConfig']).toMatchObject({
      responseMimeType: 'application/json',
      responseJsonSchema: { required: Object.keys(prd) },
    });
    expect(JSON.stringify(sent()['generationConfig'])).not.toContain('"const"');
  });

  it('reaches Gemini for a plan with what is optional as possibly null', async () => {
    const task = { id: 'a', title: 'A', kind: 'docs', instructions: 'I', writes: ['a.md'], model: null };
    await start((reply) => json(reply, 200, gemini(JSON.stringify({ title: 'T', tasks: [task] }))));
    const answer = await createModel({ gateway, clock: realClock }).ask({
      model: 'gemini/gemini-2.5-pro',
      name: 'plan',
      schema: PlanDocument,
      system: '',
      prompt: 'PROMPT',
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: true, value: { value: { version: 1, tasks: [{ id: 'a', dependsOn: [] }] } } });
    const model = { anyOf: [{ type: 'string' }, { type: 'null' }] };
    expect(sent()['generationConfig']).toMatchObject({
      responseJsonSchema: { properties: { tasks: { items: { properties: { model } } } } },
    });
    expect(JSON.stringify(sent()['generationConfig'])).not.toMatch(/"const"|"default"|"pattern"/);
  });

  it('reaches an older Claude, which knows no output format, through a tool', async () => {
    const input = {
      ...anthropic(''),
      content: [{ type: 'tool_use', id: 't', name: 'json', input: prd }],
      stop_reason: 'tool_use',
    };
    await start((reply) => json(reply, 200, input));
    expect(await ask('anthropic/claude-3-haiku-20240307')).toMatchObject({ ok: true, value: { value: prd } });
    expect(sent()).toMatchObject({ tools: [{ name: 'json' }] });
  });

  it('reaches an OpenAI model that has only the Responses API there', async () => {
    await start((reply) =>
      json(reply, 200, {
        id: 'r',
        object: 'response',
        created_at: 1,
        model: 'm',
        status: 'completed',
        output: [
          {
            type: 'message',
            id: 'o',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: JSON.stringify(prd), annotations: [] }],
          },
        ],
        usage: { input_tokens: 100, output_tokens: 20, total_tokens: 120 },
      }),
    );
    expect(await ask('gpt-5.2-codex')).toMatchObject({
      ok: true,
      value: { value: prd, usage: { tokensReceived: 20 } },
    });
    expect(upstream.received[0]?.url).toBe('/responses');
    expect(sent()).toMatchObject({ text: { format: { type: 'json_schema', name: 'prd', strict: true } } });
  });

  it.each(['openrouter/openai/gpt-x', 'groq/llama', 'xai/grok-4'])('reaches %s by schema', async (model) => {
    await start((reply) => json(reply, 200, openai(JSON.stringify(prd))));
    expect(await ask(model)).toMatchObject({ ok: true });
    expect(sent()).toMatchObject({
      model: model.slice(model.indexOf('/') + 1),
      response_format: { type: 'json_schema' },
    });
  });

  it('reaches DeepSeek, which knows no schemas, as a JSON object with the schema in words', async () => {
    await start((reply) => json(reply, 200, openai(JSON.stringify(prd))));
    expect(await ask('deepseek/deepseek-chat')).toMatchObject({ ok: true });
    expect(sent()).toMatchObject({ response_format: { type: 'json_object' } });
    expect(JSON.stringify(sent()['messages'])).toContain('JSON Schema');
  });

  it('asks a server that refuses the answer format once more, in words', async () => {
    await start((reply, { body }) =>
      body.includes('response_format')
        ? json(reply, 400, { error: { message: "'response_format' of type 'json_schema' is not supported" } })
        : json(reply, 200, openai(`Sure:\n\`\`\`json\n${JSON.stringify(prd)}\n\`\`\``)),
    );
    expect(await ask('openai/local')).toMatchObject({ ok: true, value: { value: prd, usage: { requests: 2 } } });
  });

  it('gives back the faults of an answer that does not fit, with what it used', async () => {
    await start((reply) => json(reply, 200, openai(JSON.stringify({ ...prd, acceptance: [{ id: 'X', text: '' }] }))));
    const answer = await ask('openai/gpt-x');
    expect(answer).toMatchObject({ ok: false, failure: { reason: 'answer-invalid', usage: { tokensSent: 100 } } });
    expect(answer.ok ? '' : answer.failure.message).toContain('acceptance.0.id: ');
  });

  it('tells an answer that was cut from one that is wrong', async () => {
    await start((reply) => json(reply, 200, openai('{"title":', 'length')));
    expect(await ask('openai/gpt-x')).toMatchObject({ ok: false, failure: { reason: 'answer-cut' } });
  });

  it.each([
    [401, { error: { message: 'Incorrect API key', code: 'invalid_api_key' } }, 'auth-failed', 'openai-api-key'],
    [402, { error: { message: 'Insufficient Balance' } }, 'quota-exhausted', 'credit'],
    [400, { error: { message: 'too long', code: 'context_length_exceeded' } }, 'context-overflow', 'prd-model'],
    [404, { error: { message: 'no such model', code: 'model_not_found' } }, 'auth-failed', 'openai/gpt-x'],
    [400, { error: { message: 'no such parameter', code: 'invalid_request' } }, 'provider-error', 'openai/gpt-x'],
  ])('ends at once on %i and says what mends it', async (status, body, reason, action) => {
    await start((reply) => json(reply, status, body));
    expect(await ask('openai/gpt-x')).toMatchObject({
      ok: false,
      failure: { reason, who: 'user', action: expect.stringContaining(action) as string },
    });
    expect(upstream.received).toHaveLength(1);
  });

  it.each([
    [429, 'rate-limited'],
    [503, 'provider-error'],
  ])(
    'is tried three times on %i, each of them five times by the gateway where the provider asks to wait',
    async (status, reason) => {
      await start((reply) => {
        reply.setHeader('retry-after-ms', '1');
        json(reply, status, { error: { message: 'busy' } });
      });
      expect(await ask('openai/gpt-x')).toMatchObject({ ok: false, failure: { reason, who: 'world' } });
      expect(upstream.received).toHaveLength(15);
    },
  );

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    await start(() => stop.abort());
    expect(await ask('openai/gpt-x', { signal: stop.signal })).toMatchObject({
      ok: false,
      failure: { reason: 'cancelled' },
    });
  });

  it('gives up on a provider that never answers', async () => {
    await start(() => undefined);
    expect(await ask('openai/gpt-x', {}, { timeoutMs: 50 })).toMatchObject({
      ok: false,
      failure: { reason: 'provider-error', message: expect.stringContaining('no answer') as string },
    });
  });

  it('limits the answer when told to', async () => {
    await start((reply) => json(reply, 200, openai(JSON.stringify(prd))));
    await ask('openai/gpt-x', {}, { maxOutputTokens: 1234 });
    expect(sent()).toMatchObject({ max_tokens: 1234 });
  });

  it('asks nobody for a model whose provider is not in the table', async () => {
    await start((reply) => json(reply, 200, {}));
    expect(await ask('ollama/llama3')).toMatchObject({ ok: false, failure: { who: 'user', usage: { requests: 0 } } });
    expect(upstream.received).toEqual([]);
  });
});
