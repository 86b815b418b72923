import { openAnswerReader } from '../../../src/adapters/gateway/answer-reader.js';

const read = async (provider: string, contentType: string, chunks: readonly string[]) => {
  const reader = openAnswerReader(provider, contentType, 'identity');
  for (const chunk of chunks) reader.take(Buffer.from(chunk));
  return reader.end();
};
const events = (...documents: readonly object[]) => documents.map((each) => `data: ${JSON.stringify(each)}\n\n`);
const sse = 'text/event-stream; charset=utf-8';

describe('what an answer says about itself', () => {
  it('is read from Anthropic: cached input is counted in, output cumulatively', async () => {
    const usage = { input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 2, output_tokens: 1 };
    const start = { type: 'message_start', message: { usage } };
    const delta = (output_tokens: number) => ({
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens' },
      usage: { output_tokens },
    });
    expect(await read('anthropic', sse, events(start, delta(9), delta(30)))).toEqual({
      tokens: { input: 17, cachedInput: 5, cacheWrite: 2, output: 30 },
      cut: true,
      error: '',
    });
    expect(
      (await read('anthropic', 'application/json', [JSON.stringify({ usage, stop_reason: 'end_turn' })])).tokens,
    ).toEqual({ input: 17, cachedInput: 5, cacheWrite: 2, output: 1 });
  });

  it('is read from Gemini, as events, as one document and as an array of documents: thoughts are output', async () => {
    const usageMetadata = {
      promptTokenCount: 11,
      candidatesTokenCount: 3,
      thoughtsTokenCount: 4,
      cachedContentTokenCount: 2,
    };
    const expected = { tokens: { input: 11, cachedInput: 2, cacheWrite: 0, output: 7 }, cut: true, error: '' };
    const whole = { candidates: [{ finishReason: 'MAX_TOKENS' }], usageMetadata };
    const first = { usageMetadata: { promptTokenCount: 11 } };
    expect(await read('gemini', sse, events(first, whole))).toEqual(expected);
    expect(await read('gemini', 'application/json', [JSON.stringify(whole)])).toEqual(expected);
    expect(await read('gemini', 'application/json', [JSON.stringify([first, whole])])).toEqual(expected);
  });

  it('is read from OpenAI’s Responses API', async () => {
    const response = {
      usage: { input_tokens: 8, output_tokens: 6, total_tokens: 14, input_tokens_details: { cached_tokens: 3 } },
      incomplete_details: { reason: 'max_output_tokens' },
    };
    const expected = { tokens: { input: 8, cachedInput: 3, cacheWrite: 0, output: 6 }, cut: true, error: '' };
    expect(await read('openai', 'application/json', [JSON.stringify(response)])).toEqual(expected);
    expect(await read('openai', sse, events({ type: 'response.incomplete', response }))).toEqual(expected);
  });

  it('counts the reasoning that xAI leaves out of its completion tokens', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 };
    expect((await read('xai', 'application/json', [JSON.stringify({ usage })])).tokens?.output).toBe(105);
  });

  it('is the same however the bytes are cut into chunks', async () => {
    const text = events(
      { choices: [{ delta: { content: 'é😀' } }] },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
    );
    const bytes = Buffer.from(`: ping\r\n\r\n${text.join('')}data: [DONE]`);
    for (let size = 1; size < 40; size += 1) {
      const reader = openAnswerReader('openai', sse, 'identity');
      for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size));
      expect((await reader.end()).tokens).toMatchObject({ input: 7, output: 3 });
    }
  });

  it.each([
    [
      'openai',
      { error: { code: 'insufficient_quota', type: 'insufficient_quota', message: 'm' } },
      'insufficient_quota: m',
    ],
    [
      'anthropic',
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'overloaded_error: Overloaded',
    ],
    [
      'gemini',
      { error: { code: 400, status: 'X', message: 'm', details: [{ reason: 'API_KEY_INVALID' }] } },
      '400 X API_KEY_INVALID: m',
    ],
    ['openrouter', { error: { code: 402, message: 'Insufficient credits' } }, '402: Insufficient credits'],
    ['openai', { error: 'model not found' }, 'model not found'],
  ])('carries the error of %s', async (provider, body, expected) => {
    expect((await read(provider, 'application/json', [JSON.stringify(body)])).error).toBe(expected);
  });

  it('stays unknown where the answer is no JSON or its compression is broken', async () => {
    expect(await read('openai', 'text/html', ['<html>'])).toEqual({ cut: false, error: '' });
    const reader = openAnswerReader('openai', 'application/json', 'gzip');
    reader.take(Buffer.from('not gzip'));
    expect(await reader.end()).toEqual({ cut: false, error: '' });
  });
});
