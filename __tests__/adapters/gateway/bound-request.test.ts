import fc from 'fast-check';
import { boundRequest, type Unbounded } from '../../../src/adapters/gateway/bound-request.js';
import { membersOf } from '../../../src/adapters/gateway/json-members.js';
import { protocolOf, type Protocol } from '../../../src/adapters/gateway/endpoints.js';

const request = (protocol: Protocol, body: string, more: Partial<Unbounded> = {}): Unbounded => ({
  provider: { chat: 'openai', responses: 'openai', messages: 'anthropic', gemini: 'gemini' }[protocol],
  isOwnBase: true,
  protocol,
  path: protocol === 'gemini' ? '/models/g:generateContent' : '/x',
  body: Buffer.from(body),
  maxOutputTokens: 1000,
  ...more,
});

const bound = (protocol: Protocol, body: string, more: Partial<Unbounded> = {}) => {
  const bounded = boundRequest(request(protocol, body, more));
  return bounded.ok ? { sent: bounded.value.body.toString(), ...bounded.value.bounds } : bounded.failure;
};

describe('bounding a request', () => {
  it.each<[Protocol, string, number]>([
    ['chat', '{ "model" : "m",\n\t"max_tokens": 1000 , "é":1}'.replace('é', 'z'), 1000],
    ['chat', '{"messages":[{"content":"ü€😀 \\u00fc { \\" max_tokens\\":5"}],"max_completion_tokens":7}', 7],
    ['chat', '{"max_tokens":10,"n":3}', 30],
    ['responses', '{"max_output_tokens":5}', 5],
    ['messages', '{"max_tokens":1}', 1],
    ['gemini', '{"generationConfig":{"temperature":1,"maxOutputTokens":9},"contents":[]}', 9],
    ['gemini', '{"generation_config":{"max_output_tokens":9,"candidate_count":2}}', 18],
  ])('keeps every byte of a %s request whose limit fits: %s', (protocol, body, output) => {
    expect(bound(protocol, body)).toMatchObject({ sent: body, output });
  });

  it.each<[Protocol, string, string]>([
    ['chat', '{"model":"gpt-x"}', '{"max_completion_tokens":1000,"model":"gpt-x"}'],
    ['chat', ' { } ', ' {"max_completion_tokens":1000 } '],
    ['chat', '{"max_tokens":64000,"a":[1]}', '{"max_tokens":1000,"a":[1]}'],
    ['chat', '{"max_tokens": null}', '{"max_tokens": 1000}'],
    ['chat', '{"max_tokens":-1}', '{"max_tokens":1000}'],
    ['chat', '{"max_tokens":0}', '{"max_tokens":1000}'],
    ['chat', '{"max_tokens":12.5}', '{"max_tokens":1000}'],
    ['chat', '{"max_tokens":"20"}', '{"max_tokens":1000}'],
    ['chat', '{"max_tokens":{"a":"}"}}', '{"max_tokens":1000}'],
    ['chat', '{"max_\\u0074okens":9999}', '{"max_\\u0074okens":1000}'],
    ['chat', '{"max_tokens":9,"max_completion_tokens":9999}', '{"max_tokens":9,"max_completion_tokens":1000}'],
    ['responses', '{"input":"x"}', '{"max_output_tokens":1000,"input":"x"}'],
    ['messages', '{"max_tokens":64000}', '{"max_tokens":1000}'],
    ['messages', '{}', '{"max_tokens":1000}'],
    ['gemini', '{"contents":[]}', '{"generationConfig":{"maxOutputTokens":1000},"contents":[]}'],
    ['gemini', '{"generationConfig":{}}', '{"generationConfig":{"maxOutputTokens":1000}}'],
    ['gemini', '{"generationConfig":{"topK":1}}', '{"generationConfig":{"maxOutputTokens":1000,"topK":1}}'],
    ['gemini', '{"generation_config":{"maxOutputTokens":"99999"}}', '{"generation_config":{"maxOutputTokens":1000}}'],
  ])('limits a %s request and touches nothing else: %s', (protocol, body, sent) => {
    expect(bound(protocol, body)).toMatchObject({ sent, output: 1000 });
  });

  it('uses the name for the limit that the server knows', () => {
    const local = { isOwnBase: false };
    expect(bound('chat', '{"model":"qwen"}', local)).toMatchObject({ sent: '{"max_tokens":1000,"model":"qwen"}' });
    expect(bound('chat', '{"model":"gpt-5.1"}', local)).toMatchObject({
      sent: '{"max_completion_tokens":1000,"model":"gpt-5.1"}',
    });
    expect(bound('chat', '{"model":"d"}', { provider: 'deepseek' })).toMatchObject({
      sent: '{"max_tokens":1000,"model":"d"}',
    });
  });

  it('makes a streamed chat tell its usage, unless the client has said something about it', () => {
    expect(bound('chat', '{"max_tokens":1,"stream":true}')).toMatchObject({
      sent: '{"stream_options":{"include_usage":true},"max_tokens":1,"stream":true}',
    });
    const own = '{"max_tokens":1,"stream":true,"stream_options":{"include_usage":false}}';
    expect(bound('chat', own)).toMatchObject({ sent: own });
  });

  it.each<[Protocol, string, RegExp]>([
    ['chat', 'no json', /JSON object/],
    ['chat', '[]', /JSON object/],
    ['chat', '{"max_tokens":1,"max_tokens":99999}', /more than once/],
    ['chat', '{"max_tokens":1,"max_tok\\u0065ns":99999}', /more than once/],
    ['chat', '{"Max_Tokens":99999}', /odd/],
    ['chat', '{"maxTokens":99999}', /odd/],
    ['gemini', '{"generationConfig":{},"generation_config":{"maxOutputTokens":9999}}', /more than once/],
    ['gemini', '{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9999}}', /more than once/],
    ['gemini', '{"generationConfig":[]}', /object/],
    ['chat', '{"models":["a","b"]}', /models is not let through/],
    ['chat', '{"web_search_options":{}}', /cannot be told/],
    ['chat', '{"plugins":[{"id":"web"}]}', /cannot be told/],
    ['chat', '{"service_tier":"priority"}', /cannot be told/],
    ['responses', '{"previous_response_id":"r"}', /cannot be told/],
    ['responses', '{"tools":[{"type":"web_search"}]}', /tool that the provider runs/],
    ['responses', '{"input":[{"type":"item_reference","id":"x"}]}', /cannot be told/],
    ['messages', '{"tools":[{"type":"web_search_20250305","name":"web_search"}]}', /tool that the provider runs/],
    ['messages', '{"messages":[{"content":[{"type":"document","source":{"type":"url","url":"x"}}]}]}', /part/],
    [
      'messages',
      '{"messages":[{"content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"url"}}]}]}]}',
      /part/,
    ],
    ['messages', '{"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"1h"}}]}', /part/],
    ['chat', '{"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}', /part/],
    ['chat', '{"messages":[{"content":[{"type":"file","file":{"file_id":"f"}}]}]}', /part/],
    ['gemini', '{"cachedContent":"c"}', /cannot be told/],
    ['gemini', '{"tools":[{"googleSearch":{}}]}', /tool that the provider runs/],
    ['gemini', '{"contents":[{"parts":[{"fileData":{"fileUri":"u"}}]}]}', /part/],
    ['gemini', '{"contents":{"parts":{"fileData":{"fileUri":"u"}}}}', /part/],
  ])('refuses a %s request whose cost cannot be told: %s', (protocol, body, why) => {
    expect(bound(protocol, body)).toMatch(why);
  });

  it('lets through what Aider and our own questions send, with an allowance for images', () => {
    const image = '{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}';
    const body = `{"max_tokens":1,"messages":[{"content":[{"type":"text","text":"a"},${image}]}],"tools":[{"type":"function"}]}`;
    expect(bound('chat', body)).toMatchObject({ sent: body, input: body.length + 51_000 });
    const schema =
      '{"max_tokens":1,"response_format":{"type":"json_schema","json_schema":{"properties":{"file":{},"source":{}}}}}';
    expect(bound('chat', schema)).toMatchObject({ sent: schema });
  });

  it('finds the members of any object where they stand', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 3), (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const found = membersOf(text)?.map(({ key, from, to }) => [key, JSON.parse(text.slice(from, to))]);
        expect(Object.fromEntries(found ?? [])).toEqual(JSON.parse(text));
        expect(found).toHaveLength(Object.keys(object).length);
      }),
    );
  });

  it('gives any request a limit that the provider reads back, and changes nothing else in it', () => {
    const anyBody = fc.dictionary(fc.stringMatching(/^[a-k]{1,6}$/), fc.jsonValue());
    const anyLimit = fc.option(fc.oneof(fc.integer({ min: -5, max: 5000 }), fc.constant(null), fc.string()), {
      nil: undefined,
    });
    fc.assert(
      fc.property(anyBody, anyLimit, (rest, limit) => {
        const given = { ...rest, ...(limit === undefined ? {} : { max_tokens: limit }) };
        const bounded = boundRequest(request('messages', JSON.stringify(given)));
        if (!bounded.ok) return;
        const { max_tokens: sent, ...others } = JSON.parse(bounded.value.body.toString()) as Record<string, unknown>;
        const { max_tokens: _, ...before } = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
        expect(sent).toBe(bounded.value.bounds.output);
        expect(sent).toBeLessThanOrEqual(1000);
        expect(sent).toBeGreaterThanOrEqual(1);
        expect(others).toEqual(before);
      }),
    );
  });
});

describe('the endpoints of a provider', () => {
  it.each([
    ['openai', 'POST', '/chat/completions?x=1', 'chat'],
    ['openai', 'POST', '/responses', 'responses'],
    ['anthropic', 'POST', '/v1/messages?beta=true', 'messages'],
    ['gemini', 'POST', '/models/gemini-2.5-pro:streamGenerateContent?alt=sse', 'gemini'],
    ['groq', 'POST', '/chat/completions', 'chat'],
  ])('let %s %s %s through', (provider, method, path, protocol) => {
    expect(protocolOf(provider, method, path)).toBe(protocol);
  });

  it.each([
    ['openai', 'GET', '/chat/completions'],
    ['openai', 'GET', '/models'],
    ['openai', 'POST', '/files'],
    ['openai', 'POST', '/batches'],
    ['openai', 'POST', '/responses/x/cancel'],
    ['openai', 'DELETE', '/responses'],
    ['openai', 'POST', '/organization/admin_api_keys'],
    ['openai', 'POST', '/chat/completions/../../files'],
    ['openai', 'POST', '/chat/%63ompletions'],
    ['openai', 'POST', '//chat/completions'],
    ['openai', 'POST', '/chat/completions#'],
    ['anthropic', 'POST', '/v1/messages/batches'],
    ['anthropic', 'POST', '/v1/files'],
    ['gemini', 'POST', '/models/g:batchGenerateContent'],
    ['gemini', 'POST', '/models/../cachedContents:generateContent'],
    ['gemini', 'POST', '/cachedContents'],
    ['openrouter', 'POST', '/keys'],
    ['openrouter', 'POST', '/responses'],
    ['constructor', 'POST', '/chat/completions'],
  ])('keep %s %s %s out', (provider, method, path) => {
    expect(protocolOf(provider, method, path)).toBeUndefined();
  });
});
