import fc from 'fast-check';
import {
  enter,
  exit,
  firstPauseMs,
  giveUp,
  isShut,
  openWindow,
  reopen,
  type Signal,
  type Window,
} from '../../../src/core/window/window.js';

const clean: Signal = { kind: 'clean' };
const limited = (retryAfterMs?: number): Signal => ({
  kind: 'limited',
  random: 0.5,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

const withOpen = (count: number, from = 1): Window =>
  Array.from({ length: count }, (_, index) => from + index).reduce(
    (window, ticket) => enter(window, ticket, 0).window,
    openWindow(),
  );

describe('the request window', () => {
  it('halves what was open at the first rate signal and shuts for half of 15 s by a mean chance', () => {
    const { window } = exit(withOpen(4), 1, { signal: limited(), now: 1000 });
    expect(window.width).toBe(2);
    expect(window.shutUntil).toBe(1000 + firstPauseMs / 2);
  });

  it('takes the other signals of the same burst for the same one', () => {
    let window = withOpen(4);
    for (const ticket of [1, 2, 3, 4]) window = exit(window, ticket, { signal: limited(), now: 1000 + ticket }).window;
    expect(window).toMatchObject({ width: 2, cuts: 1, shutUntil: 1001 + firstPauseMs / 2 });
  });

  it('shuts for as long as the provider says, also where a later signal of the burst says more', () => {
    const first = exit(withOpen(2), 1, { signal: limited(3000), now: 0 }).window;
    expect(first.shutUntil).toBe(3000);
    expect(exit(first, 2, { signal: limited(9000), now: 10 }).window.shutUntil).toBe(9010);
  });

  it('doubles its pause while signals follow each other, up to 4 min, and starts anew after a clean answer', () => {
    let window = openWindow();
    const pauses = Array.from({ length: 6 }, (_, index) => {
      window = enter(reopen(window, 0).window, index, 0).window;
      window = exit(window, index, { signal: { kind: 'limited', random: 1 }, now: 0 }).window;
      return window.shutUntil;
    });
    expect(pauses).toEqual([15e3, 30e3, 60e3, 120e3, 240e3, 240e3]);
    window = enter(reopen(window, 0).window, 10, 0).window;
    expect(exit(window, 10, { signal: clean, now: 0 }).window.inARow).toBe(0);
  });

  it('grows by one after as many clean answers as it is wide', () => {
    let window: Window = { ...openWindow(), width: 2 };
    for (const ticket of [1, 2]) window = enter(window, ticket, 0).window;
    window = exit(window, 1, { signal: clean, now: 0 }).window;
    expect(window.width).toBe(2);
    expect(exit(window, 2, { signal: clean, now: 0 }).window).toMatchObject({ width: 3, clean: 0 });
  });

  it('holds who comes while it is shut, and lets them in order when it opens, no more than it is wide', () => {
    let window = exit(withOpen(4), 1, { signal: limited(5000), now: 0 }).window;
    for (const ticket of [2, 3, 4]) window = exit(window, ticket, { signal: { kind: 'other' }, now: 1 }).window;
    for (const ticket of [11, 12, 13]) {
      const step = enter(window, ticket, 100);
      expect(step.granted).toEqual([]);
      window = step.window;
    }
    const opened = reopen(giveUp(window, 11, 200).window, 5000);
    expect(opened.granted).toEqual([12, 13]);
  });
});

describe('the request window under any traffic', () => {
  const anySignal: fc.Arbitrary<Signal> = fc.oneof(
    fc.constant<Signal>(clean),
    fc.constant<Signal>({ kind: 'other' }),
    fc.record({ kind: fc.constant('limited' as const), random: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
    fc.record({
      kind: fc.constant('limited' as const),
      random: fc.constant(0),
      retryAfterMs: fc.integer({ min: 0, max: 60_000 }),
    }),
  );
  const anyMove = fc.oneof(
    fc.record({ kind: fc.constant('enter' as const) }),
    fc.record({ kind: fc.constant('exit' as const), which: fc.nat(), signal: anySignal }),
    fc.record({ kind: fc.constant('give-up' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
  );

  it('lets nobody in while shut, nobody past its width, cuts once a burst, and forgets nobody', () => {
    const play = (moves: readonly (typeof anyMove extends fc.Arbitrary<infer T> ? T : never)[]): void => {
      let window = openWindow();
      let now = 0;
      let next = 0;
      const waiting: number[] = [];
      const open: number[] = [];
      const take = (step: { window: Window; granted: readonly number[] }): void => {
        const before = open.length;
        window = step.window;
        for (const ticket of step.granted) {
          // In the order they came.
          expect(ticket).toBe(waiting.shift());
          open.push(ticket);
        }
        if (step.granted.length > 0) {
          expect(isShut(window, now)).toBe(false);
          expect(open.length).toBeLessThanOrEqual(Math.max(before, window.width));
        }
        expect(window.width).toBeGreaterThanOrEqual(1);
        expect([...window.open.keys()].toSorted((a, b) => a - b)).toEqual(open.toSorted((a, b) => a - b));
      };
      for (const move of moves) {
        switch (move.kind) {
          case 'enter':
            waiting.push((next += 1));
            take(enter(window, next, now));
            break;
          case 'exit': {
            const [ticket] = open.splice(open.length === 0 ? 0 : move.which % open.length, 1);
            if (ticket === undefined) break;
            const { cuts, shutUntil } = window;
            const isFresh = window.open.get(ticket) === cuts;
            take(exit(window, ticket, { signal: move.signal, now }));
            expect(window.cuts).toBe(move.signal.kind === 'limited' && isFresh ? cuts + 1 : cuts);
            expect(window.shutUntil).toBeGreaterThanOrEqual(shutUntil);
            break;
          }
          case 'give-up': {
            const [ticket] = waiting.splice(waiting.length === 0 ? 0 : move.which % waiting.length, 1);
            if (ticket !== undefined) take(giveUp(window, ticket, now));
            break;
          }
          case 'wait':
            now += move.ms;
            if (window.shutUntil > 0 && !isShut(window, now)) take(reopen(window, now));
        }
      }
      now = Math.max(now, window.shutUntil);
      take(reopen(window, now));
      while (open.length > 0) {
        const [ticket = 0] = open.splice(0, 1);
        take(exit(window, ticket, { signal: { kind: 'other' }, now }));
      }
      expect(waiting).toEqual([]);
    };
    fc.assert(fc.property(fc.array(anyMove, { maxLength: 120 }), play), { numRuns: 500 });
  });
});
