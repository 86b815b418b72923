import { classifyProviderError } from '../../core/provider-error.js';
import {
  enter,
  exit,
  giveUp,
  isShut,
  openWindow,
  reopen,
  type Signal,
  type Step,
  type Window,
} from '../../core/window/window.js';
import type { Clock } from '../../ports/clock.js';
import { noFacts } from './answer-facts.js';
import type { Ending, Exchange, Stage } from './exchange.js';
import { retryAfterOf } from './retry-after.js';

export interface WindowOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told whenever a provider's window shuts or opens. */
  readonly onChange: (provider: string) => void;
}

/** The request windows of all providers. */
export interface Windows {
  readonly stage: Stage;
  /** For how long, ms, the window of a provider is still shut; 0 when it is open. */
  shutFor(provider: string): number;
  close(): void;
}

/** Below the 290 s our own questions and the 300 s Aider wait for an answer. */
export const longestHoldMs = 240_000;

/** How often one request is sent again after a rate signal before its client is told. */
const maxRepeats = 4;

/**
 * Keeps every provider to the requests it takes. While its window is shut requests are held here, so that what Aider
 * repeats blindly never reaches it; a request that met the limit is sent again when the window opens. A client is
 * told of the limit only when it would have to be held too long.
 */
export const openWindows = (options: WindowOptions): Windows => {
  const gates = new Map<string, Gate>();
  const closing = new AbortController();
  const gateOf = (provider: string): Gate => {
    const gate = gates.get(provider) ?? openGate(provider, options, closing.signal);
    gates.set(provider, gate);
    return gate;
  };
  return {
    stage: (exchange, next) => passThrough({ gate: gateOf(exchange.upstream.name), exchange, next, options }),
    shutFor: (provider) => gates.get(provider)?.shutFor() ?? 0,
    close: () => closing.abort(),
  };
};

interface Passing {
  readonly gate: Gate;
  readonly exchange: Exchange;
  readonly next: () => Promise<Ending>;
  readonly options: WindowOptions;
}

const passThrough = async ({ gate, exchange, next, options }: Passing): Promise<Ending> => {
  const { clock, random } = options;
  const holdUntil = clock.now() + longestHoldMs;
  for (let repeats = 0; ; repeats += 1) {
    const ticket = await gate.enter(exchange.signal, holdUntil);
    if (ticket === 'gone') return { kind: 'abandoned', facts: noFacts, sent: false };
    if (ticket === 'too-long') return tooLong(exchange, gate.shutFor());
    let signal: Signal = { kind: 'other' };
    try {
      const ending = await next();
      signal = signalOf(ending, clock.now(), random);
      const isLast = signal.kind !== 'limited' || repeats >= maxRepeats;
      if (isLast) return ending;
      exchange.lease.book(exchange, ending);
    } finally {
      gate.exit(ticket, signal);
    }
  }
};

/** 529 is Anthropic's "overloaded"; a 503 counts where it says when to come again. */
const signalOf = (ending: Ending, now: number, random: () => number): Signal => {
  if (ending.kind !== 'answered') return { kind: 'other' };
  if (ending.status < 400) return { kind: 'clean' };
  const asked = ending.facts.retryAfterMs ?? retryAfterOf(ending.headers, now);
  const isLimit =
    classifyProviderError(ending.status, ending.facts.error) === 'rate-limited' ||
    ending.status === 529 ||
    (ending.status === 503 && asked !== undefined);
  if (!isLimit) return { kind: 'other' };
  return { kind: 'limited', random: random(), ...(asked === undefined ? {} : { retryAfterMs: asked }) };
};

const tooLong = ({ upstream }: Exchange, shutForMs: number): Ending => {
  const message = `${upstream.name} asked for a pause, ${Math.ceil(shutForMs / 1000)} s more; nothing is sent to it meanwhile.`;
  return { kind: 'refused', status: 429, message, error: `rate_limited: ${message}`, retryAfterMs: shutForMs };
};

interface Gate {
  enter(signal: AbortSignal, holdUntil: number): Promise<number | 'gone' | 'too-long'>;
  exit(ticket: number, signal: Signal): void;
  shutFor(): number;
}

/** The pure window of one provider with those who wait at it. */
const openGate = (provider: string, { clock, onChange }: WindowOptions, closed: AbortSignal): Gate => {
  let window: Window = openWindow();
  let lastTicket = 0;
  const waiting = new Map<number, (ticket: number | 'gone' | 'too-long') => void>();
  const take = (step: Step): void => {
    const before = window.shutUntil;
    window = step.window;
    for (const ticket of step.granted) waiting.get(ticket)?.(ticket);
    if (window.shutUntil > before) void openLater();
  };
  /** The end of a sleep is the time it was for, whatever the clock says. */
  const openLater = async (): Promise<void> => {
    const until = window.shutUntil;
    onChange(provider);
    await clock.sleep(Math.max(0, until - clock.now()), closed);
    if (closed.aborted || window.shutUntil > until) return;
    take(reopen(window, until));
    onChange(provider);
  };
  const shutFor = (): number => (isShut(window, clock.now()) ? window.shutUntil - clock.now() : 0);
  return {
    shutFor,
    exit: (ticket, signal) => take(exit(window, ticket, { signal, now: clock.now() })),
    enter: (signal, holdUntil) =>
      new Promise((resolve) => {
        const ticket = ++lastTicket;
        const done = new AbortController();
        const end = (how: number | 'gone' | 'too-long'): void => {
          if (!waiting.delete(ticket)) return;
          signal.removeEventListener('abort', goAway);
          done.abort();
          if (typeof how !== 'number') take(giveUp(window, ticket, clock.now()));
          resolve(how);
        };
        const goAway = (): void => end('gone');
        waiting.set(ticket, end);
        if (signal.aborted) return goAway();
        signal.addEventListener('abort', goAway, { once: true });
        take(enter(window, ticket, clock.now()));
        if (!waiting.has(ticket)) return;
        if (window.shutUntil > holdUntil) return end('too-long');
        void clock.sleep(Math.max(0, holdUntil - clock.now()), AbortSignal.any([done.signal, closed])).then(() => {
          if (!closed.aborted && isShut(window, holdUntil)) end('too-long');
        });
      }),
  };
};
