import fc from 'fast-check';
import {
  ask,
  leave,
  leftOf,
  openBudget,
  settle,
  type Budget,
  type Claim,
  type Decision,
  type Step,
} from '../../../src/core/budget/budget.js';

const usd = (amount: number): Claim => ({ unit: 'usd', amount });
const caps = { maxCostUsd: 10, maxTokens: 1000 };
const said = ({ decisions }: Step): readonly string[] => decisions.map(({ ticket, verdict }) => `${ticket} ${verdict}`);

describe('the budget', () => {
  it('holds what a request can cost and takes what it did cost', () => {
    const asked = ask(openBudget(caps), 1, usd(4));
    expect(said(asked)).toEqual(['1 granted']);
    expect(leftOf(asked.budget.usd)).toBe(6);
    expect(leftOf(settle(asked.budget, 1, 1).budget.usd)).toBe(9);
  });

  it('lets a request wait for what is open, and go when there is room', () => {
    const one = ask(openBudget(caps), 1, usd(8));
    const two = ask(one.budget, 2, usd(5));
    expect(said(two)).toEqual([]);
    expect(said(settle(two.budget, 1, 5))).toEqual(['2 granted']);
  });

  it('refuses it when what was open left no room', () => {
    const two = ask(ask(openBudget(caps), 1, usd(8)).budget, 2, usd(5));
    expect(said(settle(two.budget, 1, 6))).toEqual(['2 refused']);
  });

  it('refuses at once what could never fit', () => {
    expect(said(ask(openBudget(caps), 1, usd(10.01)))).toEqual(['1 refused']);
    expect(said(ask(ask(openBudget(caps), 1, usd(4)).budget, 2, usd(11)))).toEqual(['2 refused']);
  });

  it('keeps the order of those who wait: a small one does not pass a large one', () => {
    const two = ask(ask(openBudget(caps), 1, usd(8)).budget, 2, usd(5));
    const three = ask(two.budget, 3, usd(1));
    expect(said(three)).toEqual([]);
    expect(said(settle(three.budget, 1, 1))).toEqual(['2 granted', '3 granted']);
  });

  it('lets those behind go when the one before them goes away', () => {
    const three = ask(ask(ask(openBudget(caps), 1, usd(8)).budget, 2, usd(5)).budget, 3, usd(1));
    expect(said(leave(three.budget, 2))).toEqual(['3 granted']);
  });

  it('counts tokens apart from money', () => {
    const one = ask(openBudget(caps), 1, usd(10));
    expect(said(ask(one.budget, 2, { unit: 'tokens', amount: 1000 }))).toEqual(['2 granted']);
  });

  it("grants and refuses to the last bit of rounding, which is nobody's fault", () => {
    const tenths = Array.from({ length: 3 }, () => 0.1).reduce((sum, each) => sum + each);
    expect(said(ask(openBudget({ ...caps, maxCostUsd: 0.3 }), 1, usd(tenths)))).toEqual(['1 granted']);
    const open = ask(openBudget({ ...caps, maxCostUsd: 0.3 }), 1, usd(0.1)).budget;
    expect(said(ask(open, 2, usd(tenths)))).toEqual([]);
  });

  it('lets go whoever waits, of either unit, and nobody else', () => {
    const tokens = (amount: number): Claim => ({ unit: 'tokens', amount });
    const open = ask(ask(openBudget(caps), 1, tokens(900)).budget, 2, tokens(800)).budget;
    const three = ask(open, 3, tokens(500)).budget;
    const left = leave(three, 2).budget;
    expect(left.tokens.waiting.map(({ ticket }) => ticket)).toEqual([3]);
    expect(said(settle(left, 1, 100))).toEqual(['3 granted']);
    const money = ask(ask(ask(openBudget(caps), 4, usd(9)).budget, 5, usd(8)).budget, 6, usd(7)).budget;
    expect(leave(money, 6).budget.usd.waiting.map(({ ticket }) => ticket)).toEqual([5]);
  });

  it('settles a request once', () => {
    const one = settle(ask(openBudget(caps), 1, usd(4)).budget, 1, 3);
    expect(settle(one.budget, 1, 3)).toEqual({ budget: one.budget, decisions: [] });
    expect(one.budget.usd.spent).toBe(3);
  });
});

type Move =
  | { readonly kind: 'ask'; readonly claim: Claim }
  | { readonly kind: 'settle'; readonly which: number; readonly share: number }
  | { readonly kind: 'leave'; readonly which: number };

const anyClaim = fc.record({
  unit: fc.constantFrom('usd' as const, 'tokens' as const),
  amount: fc.double({ min: 0, max: 12, noNaN: true }),
});
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), claim: anyClaim }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
);

/** The plainest account there is: who is where, by ticket. */
class Model {
  readonly claims = new Map<number, Claim>();
  readonly state = new Map<number, 'waiting' | 'held' | 'refused' | 'over'>();
  readonly spent = { usd: 0, tokens: 0 };
  of = (state: string): readonly number[] =>
    [...this.state].filter(([, now]) => now === state).map(([ticket]) => ticket);
  sum = (unit: Claim['unit']): number =>
    this.of('held')
      .map((ticket) => this.claims.get(ticket))
      .reduce((sum, claim) => sum + (claim?.unit === unit ? claim.amount : 0), 0);
  decide = ({ ticket, verdict }: Decision): void => {
    expect(this.state.get(ticket)).toBe('waiting');
    this.state.set(ticket, verdict === 'granted' ? 'held' : 'refused');
  };
}

describe('the budget under any interleaving', () => {
  const caps = { maxCostUsd: 10, maxTokens: 10 };

  const play = (moves: readonly Move[]): void => {
    const model = new Model();
    let budget: Budget = openBudget(caps);
    let next = 0;
    const take = (step: Step): void => {
      budget = step.budget;
      step.decisions.forEach(model.decide);
    };
    const step = (move: Move): void => {
      switch (move.kind) {
        case 'ask':
          next += 1;
          model.claims.set(next, move.claim);
          model.state.set(next, 'waiting');
          return take(ask(budget, next, move.claim));
        case 'settle': {
          const held = model.of('held');
          const ticket = held[move.which % held.length];
          const claim = ticket === undefined ? undefined : model.claims.get(ticket);
          if (ticket === undefined || claim === undefined) return;
          model.state.set(ticket, 'over');
          model.spent[claim.unit] += claim.amount * move.share;
          return take(settle(budget, ticket, claim.amount * move.share));
        }
        case 'leave': {
          const waiting = model.of('waiting');
          const ticket = waiting[move.which % waiting.length];
          if (ticket === undefined) return;
          model.state.set(ticket, 'over');
          return take(leave(budget, ticket));
        }
      }
    };
    const check = (): void => {
      for (const unit of ['usd', 'tokens'] as const) {
        expect(model.spent[unit] + model.sum(unit)).toBeLessThanOrEqual(10 + 1e-6);
        expect(leftOf(budget[unit])).toBeCloseTo(10 - model.spent[unit] - model.sum(unit), 6);
        const waits = model.of('waiting').some((ticket) => model.claims.get(ticket)?.unit === unit);
        const holds = model.of('held').some((ticket) => model.claims.get(ticket)?.unit === unit);
        // Nobody waits for nothing.
        expect(waits && !holds).toBe(false);
      }
    };
    for (const move of moves) {
      step(move);
      check();
    }
    // When all that is open ends, everybody has had an answer.
    while (model.of('held').length > 0) step({ kind: 'settle', which: 0, share: 1 });
    expect(model.of('waiting')).toEqual([]);
  };

  it('holds what was spent before a run was resumed against the cap', () => {
    const budget = openBudget({ maxCostUsd: 10, maxTokens: 100, spent: { usd: 9, tokens: 30 } });
    expect([leftOf(budget.usd), leftOf(budget.tokens)]).toEqual([1, 70]);
    expect(ask(budget, 1, { unit: 'usd', amount: 1.5 }).decisions).toEqual([{ ticket: 1, verdict: 'refused' }]);
  });

  it('never holds and spends more than the cap, and leaves nobody waiting for nothing', () => {
    fc.assert(fc.property(fc.array(anyMove, { maxLength: 80 }), play), { numRuns: 500 });
  });
});
