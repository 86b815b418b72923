import type { RunStatus } from '../run/event.js';
import type { Run } from '../run/run.js';
import { judgeAcceptance } from './acceptance.js';
import { summarizeCost } from './cost.js';
import { Summary } from './summary.js';
import { summarizeTask } from './tasks.js';
import { findBatches, summarizeTime } from './time.js';
import { summarizeValidation } from './validation.js';

/** Addresses a reader can follow; each is left out where there is none. */
export interface ReportLinks {
  readonly prd?: string;
  readonly plan?: string;
  /** The workflow run. */
  readonly run?: string;
  readonly report?: string;
}

/** What the run itself does not know. */
export interface ReportFacts {
  /** Epoch milliseconds: the end, or now for a run under way. */
  readonly finishedAt: number;
  /** Decided before the run's own end is told, as when the summary is committed. Default: how the run ended. */
  readonly status?: RunStatus;
  readonly links?: ReportLinks;
  /** Path of the journal, for the summary. */
  readonly events?: string;
  /** Where prices come from, e.g. `LiteLLM prices of Aider 0.86.2`. */
  readonly priceSource?: string;
  /** Checks on the pull request wait for a person, as they do when `GITHUB_TOKEN` opened it. */
  readonly checksWait?: boolean;
  /** Default `/aider`. */
  readonly commandPrefix?: string;
}

/** A summary with what rendering needs beside it. */
export interface Report {
  readonly summary: Summary;
  readonly run: Run;
  readonly facts: ReportFacts;
  /** No end is known yet; then `summary.status` is only a placeholder. */
  readonly running: boolean;
}

/**
 * Everything there is to say about a run, also about one under way. A run without a known end has `running: true`
 * and status `failed`: that is what it is if nobody continues it.
 */
export const buildReport = (run: Run, facts: ReportFacts): Report => {
  const status = facts.status ?? run.end?.status;
  return {
    summary: Summary.parse(summarize(run, facts, status ?? 'failed')),
    run,
    facts,
    running: status === undefined,
  };
};

const summarize = (run: Run, facts: ReportFacts, status: RunStatus): Summary => {
  const now = facts.finishedAt;
  const tasks = run.tasks.map((task) => summarizeTask(run, task, now));
  const { tokens, ...cost } = summarizeCost(run);
  return {
    version: 1,
    runId: run.runId,
    status,
    request: {
      source: run.request.source,
      number: run.request.number ?? null,
      actor: run.request.actor,
      title: run.request.title,
    },
    base: run.base,
    branch: run.branch?.name ?? null,
    headSha: run.branch?.sha ?? null,
    pullRequest: run.pullRequest === undefined ? null : { number: run.pullRequest.number, url: run.pullRequest.url },
    prdPath: run.prd?.path ?? null,
    planHash: run.plan?.hash ?? null,
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(now).toISOString(),
    tasks,
    iterations: tasks.reduce((sum, task) => sum + task.iterations, 0),
    cost,
    tokens,
    time: summarizeTime(run, now),
    isolation: run.isolation?.level ?? null,
    agents: { max: run.maxAgents, peak: run.peakAgents },
    conflicts: run.conflicts.map((each) => ({
      task: each.task,
      with: [...each.with],
      files: [...each.files],
      predicted: each.predicted === true,
      end: each.end ?? null,
      ...(each.by === undefined ? {} : { by: each.by }),
    })),
    batches: [...findBatches(run, now)],
    validation: [...summarizeValidation(run)],
    acceptance: [...judgeAcceptance(run)],
    review: null,
    events: facts.events ?? null,
  };
};
