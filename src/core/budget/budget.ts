/*
 * What a run may use, as a pure machine. A request asks for the most it can cost; what fits is held until the
 * request is settled with what it did cost.
 *
 *            fits, nobody before it                 settle(used)
 *   ask ────────────────────────────────> held ──────────────────> spent += used
 *    │ does not fit now        ▲ others settled
 *    ├──────────────> waiting ─┤
 *    │ can never fit           │ nothing is held any more, or too much was spent meanwhile
 *    └─────────────────────────┴────────> refused
 *
 * Requests that wait go in the order they came, so that a large one is not starved by small ones.
 */

/** `usd` where a model's price is known, `tokens` where it is not. */
export type Unit = 'usd' | 'tokens';

/** The most one request can use. */
export interface Claim {
  readonly unit: Unit;
  readonly amount: number;
}

/** One request of the budget's: a number that is used once. */
export type Ticket = number;

interface Waiting {
  readonly ticket: Ticket;
  readonly amount: number;
}

export interface Purse {
  readonly cap: number;
  readonly spent: number;
  readonly held: ReadonlyMap<Ticket, number>;
  readonly waiting: readonly Waiting[];
}

export type Budget = Readonly<Record<Unit, Purse>>;

/** `refused` is final: it does not fit, and nothing that is open could make room. */
export interface Decision {
  readonly ticket: Ticket;
  readonly verdict: 'granted' | 'refused';
}

/** The budget after something happened, and what is decided by it. Tickets not named go on waiting. */
export interface Step {
  readonly budget: Budget;
  readonly decisions: readonly Decision[];
}

/** What was used of each unit. */
export type Spent = Readonly<Record<Unit, number>>;

const purse = (cap: number, spent = 0): Purse => ({ cap, spent, held: new Map(), waiting: [] });

/** A budget of which nothing is used yet, or what a run had used before it was resumed. */
export const openBudget = (caps: {
  readonly maxCostUsd: number;
  readonly maxTokens: number;
  readonly spent?: Spent;
}): Budget => ({
  usd: purse(caps.maxCostUsd, caps.spent?.usd),
  tokens: purse(caps.maxTokens, caps.spent?.tokens),
});

/** Sums of prices per token carry rounding errors far below this. */
const rounding = 1e-9;

/** What is neither spent nor held. */
export const leftOf = (purse: Purse): number =>
  purse.cap - purse.spent - [...purse.held.values()].reduce((sum, amount) => sum + amount, 0);

/** A request comes, for at most `claim`. */
export const ask = (budget: Budget, ticket: Ticket, { unit, amount }: Claim): Step => {
  const purse = budget[unit];
  return decideIn(budget, unit, { ...purse, waiting: [...purse.waiting, { ticket, amount }] });
};

/** A held request has ended. `used` may pass what was held, where a provider did not keep to a limit. */
export const settle = (budget: Budget, ticket: Ticket, used: number): Step => {
  const unit: Unit = budget.usd.held.has(ticket) ? 'usd' : 'tokens';
  const purse = budget[unit];
  if (!purse.held.has(ticket)) return { budget, decisions: [] };
  const held = new Map(purse.held);
  held.delete(ticket);
  return decideIn(budget, unit, { ...purse, held, spent: purse.spent + used });
};

/** A request that waits goes away; for any other ticket nothing changes. */
export const leave = (budget: Budget, ticket: Ticket): Step => {
  const unit: Unit = budget.usd.waiting.some((each) => each.ticket === ticket) ? 'usd' : 'tokens';
  const purse = budget[unit];
  return decideIn(budget, unit, { ...purse, waiting: purse.waiting.filter((each) => each.ticket !== ticket) });
};

const decideIn = (budget: Budget, unit: Unit, changed: Purse): Step => {
  const decisions: Decision[] = [];
  let purse = changed;
  for (const each of changed.waiting) {
    const verdict = verdictOn(purse, each);
    // What can never fit goes out of the way of those behind it, also while the first still waits.
    if (verdict === 'wait') continue;
    decisions.push({ ticket: each.ticket, verdict });
    purse = {
      ...purse,
      waiting: purse.waiting.filter((other) => other !== each),
      held: verdict === 'granted' ? new Map([...purse.held, [each.ticket, each.amount]]) : purse.held,
    };
  }
  return { budget: { ...budget, [unit]: purse }, decisions };
};

const verdictOn = (purse: Purse, { ticket, amount }: Waiting): Decision['verdict'] | 'wait' => {
  const isFirst = purse.waiting[0]?.ticket === ticket;
  if (isFirst && amount <= leftOf(purse) + rounding) return 'granted';
  return amount > purse.cap - purse.spent + rounding ? 'refused' : 'wait';
};
