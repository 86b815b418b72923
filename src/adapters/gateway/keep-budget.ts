import {
  ask,
  leave,
  openBudget,
  settle,
  type Budget,
  type Claim,
  type Spent,
  type Step,
  type Ticket,
} from '../../core/budget/budget.js';
import { claimFor, usedBy, type Bounds } from '../../core/budget/request-claim.js';
import type { Price, Prices } from '../../core/prices.js';
import { budgetCode } from '../../core/provider-error.js';
import { noFacts } from './answer-facts.js';
import type { Ending, Stage } from './exchange.js';

/** What a run may cost. */
export interface BudgetOptions {
  readonly maxCostUsd: number;
  readonly maxTokens: number;
  /** What the run had used before it was killed. */
  readonly spent?: Spent;
}

export interface BudgetKeeper {
  readonly stage: Stage;
  /** Why no request of this size fits any more, whatever those under way turn out to cost; undefined while one does. */
  cannotPay(model: string, bounds: Bounds): string | undefined;
}

/**
 * No request is sent whose cost could pass the cap. The most it can cost is held before it is sent and settled with
 * what the provider says it used; where that is not known, with all of it. What does not fit waits for what is open.
 */
export const keepBudget = (options: BudgetOptions, prices: Prices | undefined): BudgetKeeper => {
  const desk = openDesk(openBudget(options));
  const stage: Stage = async (exchange, next) => {
    const price = exchange.model === undefined ? undefined : prices?.priceOf(exchange.model);
    const claim = claimFor(price, exchange.bounds);
    const held = await desk.hold(claim, exchange.signal);
    if (held === 'gone') return { kind: 'abandoned', facts: noFacts, sent: false };
    if (held === 'refused') return refusal(desk.budget(), claim, options);
    let used = claim.amount;
    try {
      const ending = await next();
      used = spentOn(ending, claim, price);
      return ending;
    } finally {
      desk.settle(held, used);
    }
  };
  return {
    stage,
    cannotPay: (model, bounds) => {
      const claim = claimFor(prices?.priceOf(model), bounds);
      const { cap, spent } = desk.budget()[claim.unit];
      return claim.amount > cap - spent ? renderReached(desk.budget(), claim, options) : undefined;
    },
  };
};

/** What does not say what it used is taken to have used all it could. */
const spentOn = (ending: Ending, claim: Claim, price: Price | undefined): number => {
  switch (ending.kind) {
    case 'refused':
      return 0;
    case 'unreached':
      return ending.sent ? claim.amount : 0;
    case 'abandoned':
      return ending.sent ? claim.amount : 0;
    case 'broken':
      return claim.amount;
    case 'answered':
      if (ending.facts.tokens !== undefined) return usedBy(price, ending.facts.tokens);
      return ending.status >= 400 ? 0 : claim.amount;
  }
};

const renderReached = (budget: Budget, { unit, amount }: Claim, options: BudgetOptions): string => {
  const { spent } = budget[unit];
  return unit === 'usd'
    ? `The budget of ${usd(options.maxCostUsd)} (max-cost-usd) is reached: ${usd(spent)} is spent, and the next request could cost up to ${usd(amount)}.`
    : `The budget of ${options.maxTokens} tokens for models without a known price (max-tokens) is reached: ${spent} are used, and the next request could use up to ${amount}.`;
};

const refusal = (budget: Budget, claim: Claim, options: BudgetOptions): Ending => {
  const message = renderReached(budget, claim, options);
  // 400 is what makes Aider stop at once; it would repeat a 402 for more than a minute.
  return { kind: 'refused', status: 400, message, error: `${budgetCode}: ${message}` };
};

const usd = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;

type Held = Ticket | 'refused' | 'gone';

/** The pure budget with those who wait at it. */
const openDesk = (opened: Budget) => {
  let budget = opened;
  let lastTicket = 0;
  const waiting = new Map<Ticket, (held: Held) => void>();
  const take = (step: Step): void => {
    budget = step.budget;
    for (const { ticket, verdict } of step.decisions) {
      waiting.get(ticket)?.(verdict === 'granted' ? ticket : 'refused');
      waiting.delete(ticket);
    }
  };
  return {
    budget: () => budget,
    hold: (claim: Claim, signal: AbortSignal): Promise<Held> =>
      new Promise((resolve) => {
        const ticket = ++lastTicket;
        const goAway = (): void => {
          if (!waiting.delete(ticket)) return;
          take(leave(budget, ticket));
          resolve('gone');
        };
        waiting.set(ticket, (held) => {
          signal.removeEventListener('abort', goAway);
          resolve(held);
        });
        if (signal.aborted) return goAway();
        signal.addEventListener('abort', goAway, { once: true });
        take(ask(budget, ticket, claim));
      }),
    settle: (ticket: Ticket, used: number): void => take(settle(budget, ticket, used)),
  };
};
