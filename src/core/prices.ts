/** What one token costs, USD. */
export interface Rates {
  readonly inputPerToken: number;
  readonly outputPerToken: number;
  /** Input tokens the provider took from its cache; without it they cost as much as others. */
  readonly cachedInputPerToken?: number;
  /** Input tokens the provider wrote into its cache. */
  readonly cacheWritePerToken?: number;
}

/** A model's price. A tier holds for the whole request once its input is longer than `above` tokens. */
export interface Price extends Rates {
  readonly tiers: readonly (Rates & { readonly above: number })[];
}

/** Tokens of one request. `input` includes `cachedInput` and `cacheWrite`; `output` includes reasoning. */
export interface Tokens {
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** A price table in litellm's format (`model_prices_and_context_window.json`), as parsed from JSON. */
export type PriceTable = Readonly<Record<string, unknown>>;

/** Where prices come from: asked by Aider's model name; undefined when the model is not listed. */
export interface Prices {
  /** For the summary, e.g. `litellm 1.81.10, as bundled with Aider 0.86.2`. */
  source(): string;
  priceOf(model: string): Price | undefined;
}

/**
 * The price of a model by `provider/model` or bare name. litellm lists OpenAI and Anthropic models bare and the
 * others with their provider; a bare row counts only if it is that provider's own.
 */
export const priceOf = (table: PriceTable, model: string): Price | undefined => {
  const direct = readPrice(rowOf(table, model));
  if (direct !== undefined) return direct;
  const slash = model.indexOf('/');
  const bare = slash < 0 ? undefined : rowOf(table, model.slice(slash + 1));
  return bare?.['litellm_provider'] === model.slice(0, slash) ? readPrice(bare) : undefined;
};

/** What `tokens` of one request cost, USD. */
export const costOf = (price: Price, tokens: Tokens): number => {
  const rates = ratesFor(price, tokens.input);
  const plain = Math.max(0, tokens.input - tokens.cachedInput - tokens.cacheWrite);
  return (
    plain * rates.inputPerToken +
    tokens.cachedInput * (rates.cachedInputPerToken ?? rates.inputPerToken) +
    tokens.cacheWrite * (rates.cacheWritePerToken ?? rates.inputPerToken) +
    tokens.output * rates.outputPerToken
  );
};

const ratesFor = (price: Price, input: number): Rates =>
  price.tiers.reduce<Rates>((rates, tier) => (input > tier.above ? tier : rates), price);

type Row = Readonly<Record<string, unknown>>;

const rowOf = (table: PriceTable, model: string): Row | undefined => {
  const row = Object.hasOwn(table, model) ? table[model] : undefined;
  return typeof row === 'object' && row !== null ? (row as Row) : undefined;
};

const readPrice = (row: Row | undefined): Price | undefined => {
  if (row === undefined) return undefined;
  const rates = readRates(row, '');
  return rates === undefined ? undefined : { ...rates, tiers: readTiers(row, rates) };
};

const readRates = (row: Row, suffix: string, base?: Rates): Rates | undefined => {
  const number = (key: string): number | undefined => {
    const value = row[key + suffix];
    return typeof value === 'number' ? value : undefined;
  };
  const inputPerToken = number('input_cost_per_token') ?? base?.inputPerToken;
  const outputPerToken = number('output_cost_per_token') ?? base?.outputPerToken;
  const cached = number('cache_read_input_token_cost') ?? base?.cachedInputPerToken;
  // DeepSeek's rows say 0 for writing: there a written token is an ordinary input token.
  const written = number('cache_creation_input_token_cost') || base?.cacheWritePerToken;
  if (inputPerToken === undefined || outputPerToken === undefined) return undefined;
  return {
    inputPerToken,
    outputPerToken,
    ...(cached === undefined ? {} : { cachedInputPerToken: cached }),
    ...(written === undefined ? {} : { cacheWritePerToken: written }),
  };
};

const readTiers = (row: Row, base: Rates): Price['tiers'] =>
  Object.keys(row)
    .flatMap((key) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(key)?.[1] ?? [])
    .map((thousands) => Number(thousands))
    .sort((a, b) => a - b)
    .flatMap((thousands) => {
      const rates = readRates(row, `_above_${thousands}k_tokens`, base);
      return rates === undefined ? [] : [{ ...rates, above: thousands * 1000 }];
    });
