import { parseModelName } from '../../src/core/models.js';

describe('parseModelName', () => {
  it.each([
    ['openai/gpt-4.1', 'openai', 'gpt-4.1', 'openai/gpt-4.1'],
    [
      'openrouter/anthropic/claude-sonnet-4.5',
      'openrouter',
      'anthropic/claude-sonnet-4.5',
      'openrouter/anthropic/claude-sonnet-4.5',
    ],
    ['gemini/gemini-2.5-pro', 'gemini', 'gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['gpt-4o', 'openai', 'gpt-4o', 'openai/gpt-4o'],
    ['gpt-4-turbo', 'openai', 'gpt-4-turbo', 'gpt-4-turbo'],
    ['o3', 'openai', 'o3', 'openai/o3'],
    ['o4-mini', 'openai', 'o4-mini', 'openai/o4-mini'],
    ['chatgpt-4o-latest', 'openai', 'chatgpt-4o-latest', 'openai/chatgpt-4o-latest'],
    ['claude-sonnet-4-5', 'anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['claude-opus-9', 'anthropic', 'claude-opus-9', 'anthropic/claude-opus-9'],
    ['sonnet', 'anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['haiku', 'anthropic', 'claude-haiku-4-5', 'claude-haiku-4-5'],
    ['4o', 'openai', 'gpt-4o', 'openai/gpt-4o'],
    ['flash', 'gemini', 'gemini-flash-latest', 'gemini/gemini-flash-latest'],
    ['gemini-2.5-pro', 'gemini', 'gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['deepseek', 'deepseek', 'deepseek-chat', 'deepseek/deepseek-chat'],
    ['deepseek-chat', 'deepseek', 'deepseek-chat', 'deepseek/deepseek-chat'],
    ['r1', 'deepseek', 'deepseek-reasoner', 'deepseek/deepseek-reasoner'],
    ['grok3', 'xai', 'grok-3-beta', 'xai/grok-3-beta'],
  ])('reads %s', (name, provider, model, aiderName) => {
    expect(parseModelName(name)).toEqual({ ok: true, value: { provider, model, aiderName } });
  });

  it.each([
    ['gemini-2.5-flash', 'Write gemini/gemini-2.5-flash.'],
    ['openai/', 'Write openai/<model>.'],
    ['ollama/llama3', 'openai/<name> and set api-base'],
    ['llama3', 'openai, anthropic, gemini, openrouter, deepseek, groq, xai'],
    ['', 'Write provider/model'],
    ['toString', 'Write provider/model'],
    ['constructor', 'Write provider/model'],
  ])('refuses "%s" and says what to write', (name, action) => {
    expect(parseModelName(name)).toMatchObject({
      ok: false,
      failure: { reason: 'model-unknown', who: 'user', action: expect.stringContaining(action) as string },
    });
  });

  it.each([
    ['gemini-2.5-flash', 'Model "gemini-2.5-flash" cannot be used. Aider sends it to Vertex AI.'],
    ['openai/', 'It names no model.'],
    ['ollama/llama3', 'Provider "ollama" is not supported.'],
    ['my-gpt-4', 'It names no provider'],
    ['xclaude-3', 'It names no provider'],
    ['not-deepseek-chat', 'It names no provider'],
  ])('says of "%s" why it is refused', (name, why) => {
    const parsed = parseModelName(name);
    expect(parsed.ok ? '' : parsed.failure.message).toContain(why);
  });
});
