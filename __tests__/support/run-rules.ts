import { trackingMarker } from '../../src/core/render/markdown.js';
import { replay } from '../../src/core/run/apply.js';
import type { RunEvent } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import { brokenInvariants } from '../../src/core/schedule/invariants.js';
import { writersIn, type Simulated } from './simulation.js';

/** The text each task wrote, on the branch that was delivered. */
const writersOn = ({ outer, run }: Simulated): ReadonlySet<string> => {
  const files = run.branch === undefined ? {} : outer.repository.filesAt(run.branch.sha);
  return writersIn(files);
};

const landed = (run: Run): ReadonlySet<string> =>
  new Set(run.tasks.filter(({ state }) => state.kind === 'landed').map(({ task }) => task.id));

/** Since the run was last gone on with. */
const lastLife = (events: readonly RunEvent[]): readonly RunEvent[] =>
  events.slice(events.findLastIndex(({ type }) => type === 'run-resumed') + 1);

const costOn = (events: readonly RunEvent[]): number =>
  events.reduce((sum, event) => sum + ('usage' in event ? (event.usage.costUsd ?? 0) : 0), 0);

const costOf = (run: Run): number =>
  [...run.modelCalls, ...run.repairs, ...run.tasks.flatMap(({ iterations }) => iterations)].reduce(
    (sum, { usage }) => sum + (usage?.costUsd ?? 0),
    0,
  );

/** What must hold of every run that is over, each as a sentence about what does not. */
const rules: Readonly<Record<string, (simulated: Simulated) => boolean>> = {
  'it has ended, once': ({ run, journal }) =>
    run.end !== undefined && lastLife(journal.events).filter(({ type }) => type === 'run-ended').length === 1,
  'every task is at an end': ({ run }) =>
    run.tasks.every(({ state }) => ['landed', 'failed', 'skipped', 'cancelled'].includes(state.kind)),
  'landings are the landed tasks, in an order of the plan': ({ run }) =>
    run.landings.length === landed(run).size &&
    run.tasks.every(({ task }) =>
      task.dependsOn.every(
        (on) => !run.landings.includes(task.id) || run.landings.indexOf(on) < run.landings.indexOf(task.id),
      ),
    ) &&
    run.tasks.every(({ task }) => !landed(run).has(task.id) || task.dependsOn.every((on) => landed(run).has(on))),
  'a landing tells the files its commit changes': ({ outer, journal, weather }) =>
    journal.events.every((event) => {
      // A machine that was wiped took the commits with it.
      if (event.type !== 'task-landed' || (weather.kills ?? []).length > 0) return true;
      const [before, after] = [outer.repository.filesAt(`${event.commit}^`), outer.repository.filesAt(event.commit)];
      const changed = Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);
      return (
        changed.toSorted().join() ===
        event.changes
          .map(({ path }) => path)
          .toSorted()
          .join()
      );
    }),
  'the journal replays to the same run': ({ run, journal }) =>
    JSON.stringify(journal.replayed()) === JSON.stringify(run),
  'events are numbered without a gap': ({ journal }) => journal.events.every(({ seq }, index) => seq === index + 1),
  'nothing but warnings comes after the end': ({ journal }) => {
    const events = lastLife(journal.events);
    const at = events.findIndex(({ type }) => type === 'run-ended');
    return events.slice(at + 1).every(({ type }) => type === 'warning');
  },
  'the schedule kept its rules at every moment': ({ run, outer, weather }) => {
    const { maxAgents, maxAttempts } = weather;
    const limits = { maxAgents, maxAttempts, sequential: run.sequence !== undefined };
    return outer.sink.told
      .filter((told) => told.run.phase === 'tasks' && told.run.phases.at(-1)?.durationMs === undefined)
      .every((told) => brokenInvariants(told.run, limits).length === 0);
  },
  'no attempt has more iterations, and no task more failed attempts, than allowed': ({ run, weather }) =>
    run.tasks.every(
      ({ iterations, attemptFailures }) =>
        iterations.every(({ iteration }) => iteration <= weather.maxIterations) &&
        attemptFailures.length <= weather.maxAttempts,
    ),
  'repairs are at most so many, and at most two a task': ({ run, weather }) =>
    run.repairs.length <= weather.maxIterations &&
    run.tasks.every(({ task }) => run.repairs.filter((repair) => repair.task === task.id).length <= 2),
  'every agent and every check is over': ({ run, outer, weather }) =>
    run.repairs.every(({ endedAt }) => endedAt !== undefined || weather.breaks !== undefined) &&
    (weather.breaks !== undefined || outer.repository.clones.size === 0),
  'the base branch is where it was': ({ outer }) =>
    outer.repository.userBranches.get('main') === outer.repository.base.sha,
  'nothing that did not land is on the branch': (simulated) =>
    [...writersOn(simulated)].every((id) => landed(simulated.run).has(id)),
  'every file a landed task changed is on the branch, as one of those who changed it left it': ({ outer, run }) => {
    const { branch } = run;
    if (branch === undefined) return true;
    const files = outer.repository.filesAt(branch.sha);
    const stands = (path: string): boolean => {
      const writers = run.tasks.filter(
        ({ task, state, changes }) =>
          state.kind === 'landed' &&
          (changes.some((change) => change.path === path) || run.repairs.some((repair) => repair.task === task.id)),
      );
      return writers.some(({ task }) => files[path]?.startsWith(`by ${task.id} `));
    };
    const landedTasks = run.tasks.filter(({ state }) => state.kind === 'landed');
    return landedTasks.every(({ changes }) => changes.every(({ path, kind }) => kind === 'deleted' || stands(path)));
  },
  'what landed is delivered, or kept where a person finds it': ({ run }) =>
    run.landings.length === 0 || run.branch !== undefined || run.kept?.branches[0]?.commit === run.steps.at(-1)?.head,
  'nothing protected and nothing out of scope is on the branch': ({ outer, run }) => {
    const files = run.branch === undefined ? {} : outer.repository.filesAt(run.branch.sha);
    return !('.github/ci.yml' in files) && (run.plan?.origin !== 'model' || !('not/mine' in files));
  },
  'what is delivered green is green': ({ run, weather }) =>
    weather.deliver === 'all' ||
    run.branch === undefined ||
    run.end?.failure?.reason === 'internal-error' ||
    (run.validations.at(-1)?.results ?? []).every(({ verdict }) => verdict !== 'new-failure') ||
    weather.stop !== undefined ||
    isFatal(run),
  'what is delivered is what was validated last': ({ run, outer, weather }) => {
    const last = run.validations.at(-1);
    if (run.branch === undefined || last === undefined || weather.stop !== undefined || isFatal(run)) return true;
    return outer.repository.commitAt(run.branch.sha).parents[0] === last.head;
  },
  'the status is that of the table': (simulated) => simulated.run.end?.status === statusOf(simulated),
  'a run that did not succeed says why, unless it was cancelled': ({ run }) =>
    ['succeeded', 'cancelled'].includes(run.end?.status ?? '') ||
    run.end?.failure !== undefined ||
    run.pullRequestForbidden !== undefined ||
    (run.validations.at(-1)?.results ?? []).some(({ verdict }) => verdict !== 'green'),
  'the pull request is a draft unless the run succeeded': ({ run, outer }) =>
    outer.github.pullRequests.every(({ draft }) => draft === (run.end?.status !== 'succeeded')),
  'a conflict of a task that landed ended well, every other one ended': ({ run }) =>
    run.conflicts.every(({ task, end }) =>
      landed(run).has(task) ? end === 'landed-after-redo' || end === 'resolved-and-validated' : end !== undefined,
    ),
  'no landing that is there is made again': ({ journeys, journal }) =>
    journeys.every(({ before }) => {
      // A machine that was fresh may have known less than the one before it.
      if (journal.events[before.length - 1] !== before.at(-1)) return true;
      const known = replay(before);
      const after = journal.events.slice(before.length);
      const lost = after.flatMap((event) => (event.type === 'run-resumed' ? event.lost : []));
      const again = after.flatMap((event) => (event.type === 'task-started' ? [event.task] : []));
      return known === undefined || again.every((id) => !landed(known).has(id) || lost.includes(id));
    }),
  'what was spent before a kill counts': ({ run, journal }) => Math.abs(costOf(run) - costOn(journal.events)) < 1e-9,
  'there is one pull request, one branch and one tracking comment': ({ outer }) =>
    outer.github.pullRequests.length <= 1 &&
    outer.github.comments.filter(({ body }) => body.includes(trackingMarker)).length <= 1 &&
    [...outer.repository.userBranches.keys()].filter((name) => name.startsWith('aider/')).length <= 1,
  'at the end all of it is kept in the repository': ({ outer, journal, journeys }) => {
    if (journeys.at(-1)?.run === undefined) return true;
    const end = journal.events.findLastIndex(({ type }) => type === 'run-ended');
    return (outer.archive.taken.at(-1)?.events.length ?? 0) > end;
  },
  'a cancelled run opens no pull request': ({ run, outer }) =>
    run.end?.status !== 'cancelled' || outer.github.pullRequests.length === 0,
};

const isFatal = (run: Run): boolean =>
  ['auth-failed', 'quota-exhausted', 'internal-error', 'run-timeout'].includes(run.end?.failure?.reason ?? '');

/** The table of the statuses, told by what is there to see. */
const statusOf = ({ run, weather }: Simulated): string => {
  if (weather.stop?.why === 'cancelled' && run.end?.status === 'cancelled') return 'cancelled';
  if (run.branch === undefined) return 'failed';
  const results = run.validations.at(-1)?.results ?? [];
  const whole = landed(run).size === run.tasks.length && results.every(({ verdict }) => verdict === 'green');
  const isReady = run.pullRequest !== undefined && run.pullRequestForbidden === undefined;
  return whole && isReady && !isFatal(run) ? 'succeeded' : 'partial';
};

/** The rules a run that is over has broken; empty when all is well. */
export const brokenRules = (simulated: Simulated): readonly string[] =>
  Object.keys(rules).filter((name) => rules[name]?.(simulated) === false);
