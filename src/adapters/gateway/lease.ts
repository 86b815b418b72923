import { randomBytes } from 'node:crypto';
import { parseModelName } from '../../core/models.js';
import { costOf, type Prices, type Tokens } from '../../core/prices.js';
import { addUsage, noUsage, type Usage } from '../../core/usage.js';
import type { Traffic } from '../../ports/gateway.js';
import type { Ending, Exchange } from './exchange.js';

/** What a client may use and what it has used. */
export interface Lease {
  readonly client: string;
  readonly token: string;
  /** `provider/model`, as requests name them. */
  readonly models: ReadonlySet<string>;
  /** Requests that are being worked on. */
  open: number;
  /** Aborted when the lease is closed. */
  readonly closed: AbortSignal;
  book(exchange: Exchange, ending: Ending): void;
  traffic(): Traffic;
  close(): void;
}

interface Booked {
  readonly model: string | undefined;
  /** null: the provider answered and reported no usage. */
  readonly tokens: Tokens | null;
}

/** `models` are Aider's names; one that cannot be taken apart opens nothing. */
export const openLease = (client: string, models: readonly string[], prices: Prices | undefined): Lease => {
  const closing = new AbortController();
  const booked: Booked[] = [];
  const statuses: number[] = [];
  let lastError = '';
  let answerCut = false;
  return {
    client,
    token: randomBytes(24).toString('base64url'),
    models: new Set(models.flatMap(askedAs)),
    open: 0,
    closed: closing.signal,
    book: (exchange, ending) => {
      const status = statusOf(ending);
      if (status !== undefined) statuses.push(status);
      if (ending.kind !== 'refused') booked.push({ model: exchange.model, tokens: tokensOf(exchange, ending) });
      if (ending.kind === 'answered' && ending.status < 400) answerCut = ending.facts.cut;
      lastError = errorOf(ending) || lastError;
    },
    // Priced when asked, not when booked: the price table may arrive after the first request.
    traffic: () => ({
      usage: booked.map((each) => priced(each, prices)).reduce(addUsage, noUsage),
      statuses: [...statuses],
      lastError,
      answerCut,
    }),
    close: () => closing.abort(),
  };
};

const askedAs = (aiderName: string): readonly string[] => {
  const name = parseModelName(aiderName);
  return name.ok ? [`${name.value.provider}/${name.value.model}`] : [];
};

const statusOf = (ending: Ending): number | undefined => {
  switch (ending.kind) {
    case 'answered':
    case 'refused':
      return ending.status;
    case 'unreached':
    case 'broken':
      return 0;
    case 'abandoned':
      return undefined;
  }
};

const errorOf = (ending: Ending): string => {
  switch (ending.kind) {
    case 'answered':
      return ending.facts.error;
    case 'refused':
      return ending.error;
    case 'unreached':
    case 'broken':
      return ending.message;
    case 'abandoned':
      return '';
  }
};

const free: Tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0 };

/** Four bytes of JSON a token: a fair guess where an answer never came to its usage. */
const bytesPerToken = 4;

const tokensOf = (exchange: Exchange, ending: Exclude<Ending, { kind: 'refused' }>): Tokens | null => {
  switch (ending.kind) {
    case 'answered':
      return ending.facts.tokens ?? (ending.status < 400 ? null : free);
    case 'unreached':
      return free;
    case 'abandoned':
    case 'broken':
      if (ending.kind === 'abandoned' && !ending.sent) return free;
      return ending.facts.tokens ?? { ...free, input: Math.ceil(exchange.body.length / bytesPerToken) };
  }
};

const priced = ({ model, tokens }: Booked, prices: Prices | undefined): Usage => {
  if (tokens === null) return { requests: 1, tokensSent: 0, tokensReceived: 0, costUsd: null };
  const used = tokens.input > 0 || tokens.output > 0;
  const price = model === undefined || !used ? undefined : prices?.priceOf(model);
  return {
    requests: 1,
    tokensSent: tokens.input,
    tokensReceived: tokens.output,
    costUsd: !used ? 0 : price === undefined ? null : costOf(price, tokens),
  };
};
