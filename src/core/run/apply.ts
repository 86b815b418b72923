import { endConflicts, withConflict } from './apply-conflicts.js';
import { endIteration, endPhase, endRepair } from './apply-ends.js';
import { endSpan, land, markReady, stop, tasksOf, withOpenTask, withPeak, withTask } from './apply-tasks.js';
import type { RunEvent } from './event.js';
import { goOn } from './go-on.js';
import type { Run } from './run.js';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** The run that begins with `run-started`. */
export const begin = (event: Of<'run-started'> & { readonly at: number }): Run => ({
  runId: event.runId,
  request: event.request,
  base: event.base,
  models: event.models,
  maxAgents: event.maxAgents,
  ...(event.given === undefined ? {} : { given: event.given }),
  startedAt: event.at,
  updatedAt: event.at,
  phases: [],
  modelCalls: [],
  tasks: [],
  landings: [],
  steps: [],
  pauses: [],
  conflicts: [],
  validations: [],
  repairs: [],
  guilty: [],
  flaky: [],
  warnings: [],
  peakAgents: 0,
});

/**
 * The run after `event`. Total over the union and never throws: an event about an unknown task, or one that comes
 * too late for its task, changes nothing but `updatedAt`. `run-started` is for `begin`. The first `run-ended` stands.
 */
export const apply = (run: Run, event: RunEvent): Run => ({
  ...change(run, event),
  updatedAt: Math.max(run.updatedAt, event.at),
});

/** The whole run from its journal; undefined when the journal does not open with `run-started`. */
export const replay = (events: readonly RunEvent[]): Run | undefined => {
  const [first, ...rest] = events;
  return first?.type === 'run-started' ? rest.reduce(apply, begin(first)) : undefined;
};

const change = (run: Run, event: RunEvent): Run => {
  switch (event.type) {
    case 'run-started':
      return run;
    case 'isolation-reached':
      return { ...run, isolation: { level: event.level, notes: event.notes } };
    case 'phase-started':
      return { ...run, phase: event.phase, phases: [...run.phases, { phase: event.phase, startedAt: event.at }] };
    case 'phase-ended':
      return { ...run, phases: endPhase(run.phases, event) };
    case 'model-called':
      return {
        ...run,
        modelCalls: [
          ...run.modelCalls,
          { phase: event.phase, model: event.model, usage: event.usage, durationMs: event.durationMs },
        ],
      };
    case 'prd-written':
      return { ...run, prd: { prd: event.prd, path: event.path, origin: event.origin } };
    case 'plan-made':
      return {
        ...run,
        plan: { plan: event.plan, hash: event.hash, origin: event.origin, notes: event.notes },
        tasks: markReady(tasksOf(event.plan), event.at),
        landings: [],
        steps: [],
      };
    case 'baseline-taken':
      return { ...run, baseline: event.results };
    case 'sequence-chosen':
      return { ...run, sequence: { why: event.why } };
    case 'task-started':
      return withPeak(
        withTask(run, event.task, (task) => ({
          ...task,
          attempts: Math.max(task.attempts, event.attempt),
          firstStartedAt: task.firstStartedAt ?? event.at,
          spans: [
            ...endSpan(task.spans, event.at),
            { attempt: event.attempt, model: event.model, startedAt: event.at },
          ],
          state: { kind: 'running', attempt: event.attempt, since: event.at },
        })),
      );
    case 'iteration-started':
      return withTask(run, event.task, (task) => ({
        ...task,
        iterations: [...task.iterations, { attempt: event.attempt, iteration: event.iteration, startedAt: event.at }],
      }));
    case 'agent-slow':
    case 'agent-extended':
      return run;
    case 'iteration-ended':
      return withTask(run, event.task, (task) => endIteration(task, event));
    case 'attempt-failed':
      return withOpenTask(run, event.task, (task) => ({
        ...task,
        spans: endSpan(task.spans, event.at),
        attemptFailures: [...task.attemptFailures, event.failure],
        state: { kind: 'pending' },
      }));
    case 'task-landing':
      return withOpenTask(run, event.task, (task) => ({
        ...task,
        attempts: Math.max(task.attempts, event.attempt),
        commit: event.commit,
        state: { kind: 'landing', attempt: event.attempt, commit: event.commit, since: event.at },
      }));
    case 'task-landed':
      return land(run, event);
    case 'integration-moving':
      return { ...run, steps: [...run.steps.slice(0, event.kept), ...event.added] };
    case 'conflict-found':
      return withConflict(run, event);
    case 'conflict-predicted':
      return withConflict(run, { ...event, predicted: true });
    case 'conflict-ended':
      return endConflicts(run, event.task, event);
    case 'task-requeued':
      return withOpenTask(run, event.task, (task) => ({
        ...task,
        spans: endSpan(task.spans, event.at),
        state: { kind: 'pending' },
      }));
    case 'task-failed':
      return stop(endConflicts(run, event.task, { end: 'escalated' }), event.task, {
        kind: 'failed',
        failure: event.failure,
        at: event.at,
      });
    case 'task-skipped':
      return stop(endConflicts(run, event.task, { end: 'cancelled' }), event.task, {
        kind: 'skipped',
        why: event.why,
        at: event.at,
        ...(event.because === undefined ? {} : { because: event.because }),
      });
    case 'task-cancelled':
      return stop(endConflicts(run, event.task, { end: 'cancelled' }), event.task, { kind: 'cancelled', at: event.at });
    case 'flaky-found': {
      const { name, command, failures } = event;
      return { ...run, flaky: [...run.flaky, { name, command, failures }] };
    }
    case 'validation-ended':
      return {
        ...run,
        validations: [...run.validations, { round: event.round, head: event.head, results: event.results }],
      };
    case 'guilty-found': {
      const { task, with: partner, commands, runs } = event;
      const found = { task, commands, runs, ...(partner === undefined ? {} : { with: partner }) };
      return { ...run, guilty: [...run.guilty, found] };
    }
    case 'repair-started':
      return withPeak({
        ...run,
        repairs: [
          ...run.repairs,
          { round: event.round, task: event.task, commands: event.commands, startedAt: event.at },
        ],
      });
    case 'repair-ended':
      return { ...run, repairs: endRepair(run.repairs, event) };
    case 'task-evicted': {
      const rest = { ...run, landings: run.landings.filter((id) => id !== event.task) };
      return withTask(rest, event.task, (task) => ({
        ...task,
        spans: endSpan(task.spans, event.at),
        state: { kind: 'failed', failure: event.failure, at: event.at },
      }));
    }
    case 'branch-pushing':
      return run;
    case 'work-set-aside':
      return { ...run, setAside: { branch: event.branch, sha: event.sha } };
    case 'work-kept':
      return { ...run, kept: { file: event.file, branches: event.branches } };
    case 'branch-pushed':
      return {
        ...run,
        branch: { name: event.branch, sha: event.sha, ...(event.url === undefined ? {} : { url: event.url }) },
      };
    case 'pull-request-opening':
      return run;
    case 'pull-request-opened':
      return { ...run, pullRequest: { number: event.number, url: event.url, draft: event.draft } };
    case 'pull-request-forbidden':
      return { ...run, pullRequestForbidden: { message: event.message, compareUrl: event.compareUrl } };
    case 'warning':
      return { ...run, warnings: [...run.warnings, event.message] };
    case 'run-resumed':
      return goOn(run, event);
    case 'run-ended':
      return {
        ...run,
        end: run.end ?? {
          status: event.status,
          at: event.at,
          ...(event.failure === undefined ? {} : { failure: event.failure }),
        },
      };
  }
};
