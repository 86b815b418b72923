/*
 * How many requests one provider takes at once, found out by additive increase and multiplicative decrease. A pure
 * machine; times are epoch ms.
 *
 *            ┌───────── clean answers, as many as the window is wide: width + 1 ──────────┐
 *            ▼                                                                            │
 *   open: at most `width` requests are with the provider, the others wait in order ───────┘
 *            │                                      ▲
 *            │ a rate signal                        │ its time has come
 *            ▼                                      │
 *   shut: width halved, nobody gets in ─────────────┘
 *         for Retry-After, else 15 s doubling with full jitter
 *
 * Only a request let in after the last cut can cut again: the answers of one burst are one signal.
 */

export interface Window {
  readonly width: number;
  /** Requests with the provider, each with the number of cuts there had been when it was let in. */
  readonly open: ReadonlyMap<number, number>;
  readonly waiting: readonly number[];
  readonly shutUntil: number;
  readonly cuts: number;
  /** Cuts since the last clean answer: what doubles the wait. */
  readonly inARow: number;
  /** Clean answers since the width last changed. */
  readonly clean: number;
}

/** What an answer said about the provider's rate. `other` says nothing: a failure of another kind, or none came. */
export type Signal =
  | { readonly kind: 'clean' }
  | { readonly kind: 'other' }
  /** `retryAfterMs` is the provider's own word; `random` in [0, 1) is for where it gave none. */
  | { readonly kind: 'limited'; readonly retryAfterMs?: number; readonly random: number };

/** The window after something happened, and who may go now. */
export interface Step {
  readonly window: Window;
  readonly granted: readonly number[];
}

/** As many requests as `max-agents` can be; nobody is held before a provider has asked for it. */
const firstWidth = 16;
const widest = 64;

export const firstPauseMs = 15_000;
const longestPauseMs = 240_000;

export const openWindow = (): Window => ({
  width: firstWidth,
  open: new Map(),
  waiting: [],
  shutUntil: 0,
  cuts: 0,
  inARow: 0,
  clean: 0,
});

export const isShut = (window: Window, now: number): boolean => now < window.shutUntil;

/** A request wants to go. `ticket` is a number that is used once. */
export const enter = (window: Window, ticket: number, now: number): Step =>
  letIn({ ...window, waiting: [...window.waiting, ticket] }, now);

/** A request that was let in has ended. */
export const exit = (
  window: Window,
  ticket: number,
  ended: { readonly signal: Signal; readonly now: number },
): Step => {
  const since = window.open.get(ticket);
  if (since === undefined) return { window, granted: [] };
  const open = new Map(window.open);
  open.delete(ticket);
  const isFresh = since === window.cuts;
  return letIn({ ...afterSignal(window, isFresh, ended), open }, ended.now);
};

/** A request that waits goes away. */
export const giveUp = (window: Window, ticket: number, now: number): Step =>
  letIn({ ...window, waiting: window.waiting.filter((each) => each !== ticket) }, now);

/** The time it was shut for has come. */
export const reopen = (window: Window, now: number): Step => letIn({ ...window, shutUntil: 0 }, now);

const letIn = (window: Window, now: number): Step => {
  const free = isShut(window, now) ? 0 : Math.max(0, window.width - window.open.size);
  const granted = window.waiting.slice(0, free);
  if (granted.length === 0) return { window, granted };
  const open = new Map([...window.open, ...granted.map((ticket) => [ticket, window.cuts] as const)]);
  return { window: { ...window, open, waiting: window.waiting.slice(granted.length) }, granted };
};

const afterSignal = (
  window: Window,
  isFresh: boolean,
  { signal, now }: { readonly signal: Signal; readonly now: number },
): Window => {
  switch (signal.kind) {
    case 'other':
      return window;
    case 'clean':
      return isFresh ? grow(window) : window;
    case 'limited': {
      const asked = signal.retryAfterMs === undefined ? 0 : now + signal.retryAfterMs;
      return isFresh ? cut(window, now, signal) : { ...window, shutUntil: Math.max(window.shutUntil, asked) };
    }
  }
};

const grow = (window: Window): Window => {
  const clean = window.clean + 1;
  return clean < window.width
    ? { ...window, clean, inARow: 0 }
    : { ...window, clean: 0, inARow: 0, width: Math.min(widest, window.width + 1) };
};

/** Half of what was really asked at once: a wide window that was never filled has proven nothing. */
const cut = (window: Window, now: number, signal: Extract<Signal, { kind: 'limited' }>): Window => {
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(window.inARow, 10));
  const pause = signal.retryAfterMs ?? Math.round(ceiling * signal.random);
  return {
    ...window,
    width: Math.max(1, Math.floor(Math.min(window.width, window.open.size) / 2)),
    shutUntil: Math.max(window.shutUntil, now + pause),
    cuts: window.cuts + 1,
    inARow: window.inARow + 1,
    clean: 0,
  };
};
