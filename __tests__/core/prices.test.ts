import { costOf, priceOf, type Tokens } from '../../src/core/prices.js';

const row = (litellm_provider: string, more: object = {}) => ({
  litellm_provider,
  input_cost_per_token: 1,
  output_cost_per_token: 10,
  ...more,
});
const table = {
  'gpt-x': row('openai', { cache_read_input_token_cost: 0.5 }),
  'gemini/g': row('gemini', {
    input_cost_per_token_above_200k_tokens: 2,
    output_cost_per_token_above_200k_tokens: 20,
    cache_read_input_token_cost: 0.1,
  }),
  'claude-x': row('anthropic', { cache_creation_input_token_cost: 1.25 }),
  'g-vertex': row('vertex_ai-language-models'),
  'deepseek/d': row('deepseek', { cache_creation_input_token_cost: 0 }),
  'openai/embedding': { litellm_provider: 'openai', input_cost_per_token: 1 },
};
const tokens = (more: Partial<Tokens>): Tokens => ({ input: 0, cachedInput: 0, cacheWrite: 0, output: 0, ...more });
const cost = (model: string, more: Partial<Tokens>): number | undefined => {
  const price = priceOf(table, model);
  return price && costOf(price, tokens(more));
};

describe('priceOf', () => {
  it('finds a model by its own name and by provider and name', () => {
    expect(priceOf(table, 'openai/gpt-x')).toEqual(priceOf(table, 'gpt-x'));
    expect(priceOf(table, 'gpt-x')).toMatchObject({ inputPerToken: 1, outputPerToken: 10, cachedInputPerToken: 0.5 });
    expect(priceOf(table, 'gemini/g')).toBeDefined();
  });

  it.each([
    'gemini/g-vertex',
    'openrouter/gpt-x',
    'openai/nothing',
    'g',
    'openai/embedding',
    'constructor',
    'x/toString',
  ])('knows no price for %s', (model) => expect(priceOf(table, model)).toBeUndefined());
});

describe('costOf', () => {
  it('charges cached input at its own rate, or like other input where there is none', () => {
    expect(cost('gpt-x', { input: 100, cachedInput: 40, output: 3 })).toBe(60 + 20 + 30);
    expect(cost('claude-x', { input: 100, cachedInput: 40 })).toBe(100);
  });

  it('charges what was written into the cache', () => {
    expect(cost('claude-x', { input: 100, cacheWrite: 40 })).toBe(60 + 50);
    expect(cost('deepseek/d', { input: 100, cacheWrite: 40 })).toBe(100);
  });

  it('takes the higher tier for the whole request beyond 200k tokens of input', () => {
    expect(cost('gemini/g', { input: 200_000, output: 1 })).toBe(200_010);
    expect(cost('gemini/g', { input: 200_001, output: 1 })).toBe(400_022);
    expect(cost('gemini/g', { input: 300_000, cachedInput: 100_000 })).toBe(410_000);
  });

  it('goes by the highest tier that is passed, in whatever order they are listed', () => {
    const tiered = row('openai', {
      input_cost_per_token_above_400k_tokens: 4,
      input_cost_per_token_above_128k_tokens: 2,
      output_cost_per_token_above_128k_tokens: 'unknown',
      input_cost_per_token_above_all_tokens: 9,
      x_input_cost_per_token_above_1k_tokens: 9,
    });
    const price = priceOf({ tiered, none: null, text: 'x' }, 'tiered');
    expect(
      price?.tiers.map(({ above, inputPerToken, outputPerToken }) => [above, inputPerToken, outputPerToken]),
    ).toEqual([
      [128_000, 2, 10],
      [400_000, 4, 10],
    ]);
    expect(price && costOf(price, tokens({ input: 400_001 }))).toBe(1_600_004);
    expect(priceOf({ none: null }, 'none')).toBeUndefined();
    expect(priceOf({ text: 'x' }, 'text')).toBeUndefined();
  });
});
