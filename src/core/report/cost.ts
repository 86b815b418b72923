import { Phase } from '../run/event.js';
import type { Spent } from '../budget/budget.js';
import type { Run } from '../run/run.js';
import type { Usage } from '../usage.js';
import type { CostSummary, Tokens } from './summary.js';

interface Use {
  readonly phase: Phase;
  readonly model: string;
  readonly usage: Usage;
}

interface Share {
  readonly usd: number;
  readonly known: boolean;
  readonly tokens: Tokens;
}

/** What the whole run used, by phase and by model. Models in order of first use. */
export const summarizeCost = (run: Run): CostSummary & { readonly tokens: Tokens } => {
  const spent = everyUse(run);
  const phases = Phase.options.filter((phase) => spent.some((each) => each.phase === phase));
  const models = [...new Set(spent.map((each) => each.model))];
  const { usd, known, tokens } = share(spent);
  return {
    usd,
    known,
    tokens,
    byPhase: phases.map((phase) => ({ phase, ...share(spent.filter((each) => each.phase === phase)) })),
    byModel: models.map((model) => ({ model, ...share(spent.filter((each) => each.model === model)) })),
  };
};

/** What a run used of its budget: money where the price is known, tokens where it is not. */
export const spentOf = (run: Run): Spent => {
  const uses = everyUse(run).map(({ usage }) => usage);
  const unpriced = uses.filter(({ costUsd }) => costUsd === null);
  return {
    usd: uses.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
    tokens: unpriced.reduce((sum, { tokensSent, tokensReceived }) => sum + tokensSent + tokensReceived, 0),
  };
};

const everyUse = (run: Run): readonly Use[] => [
  ...run.modelCalls,
  ...run.tasks.flatMap((task) =>
    task.iterations.flatMap(({ usage, attempt }): readonly Use[] => {
      const model = task.spans.findLast((span) => span.attempt === attempt)?.model ?? task.task.model;
      return usage === undefined ? [] : [{ phase: 'tasks', model: model ?? run.models.agent, usage }];
    }),
  ),
  ...run.repairs.flatMap(({ usage, task }): readonly Use[] => {
    const model = run.tasks.find((each) => each.task.id === task)?.task.model ?? run.models.agent;
    return usage === undefined ? [] : [{ phase: 'repair', model, usage }];
  }),
];

const share = (spent: readonly Use[]): Share => ({
  usd: spent.reduce((sum, { usage }) => sum + (usage.costUsd ?? 0), 0),
  known: spent.every(({ usage }) => usage.costUsd !== null),
  tokens: {
    sent: spent.reduce((sum, { usage }) => sum + usage.tokensSent, 0),
    received: spent.reduce((sum, { usage }) => sum + usage.tokensReceived, 0),
  },
});
