import { executeRequest } from '../../../src/app/execute-request.js';
import { runAction } from '../../../src/app/run-action.js';
import { tellResult } from '../../../src/app/tell-result.js';
import { trackProgress } from '../../../src/app/track-progress.js';
import type { Undertake } from '../../../src/app/undertaking.js';
import { success } from '../../../src/core/result.js';
import type { GitHub } from '../../../src/ports/github.js';
import { FakeArchive } from '../../support/fake-archive.js';
import { FakeGitHub } from '../../support/fake-github.js';
import { FakeLocks } from '../../support/fake-locks.js';
import { noLeftovers } from '../../support/no-leftovers.js';
import { FakeRunner } from '../../support/fake-runner.js';
import { task } from '../../support/plans.js';
import { FakeArtifacts, RecordingSink } from '../../support/recording.js';
import { aWorld } from '../../support/world.js';
import { group, pairs } from '../group.js';

/*
 * A whole run of the action, from the event to the exit code, while GitHub fails at one call.
 */

type Call = Exclude<keyof GitHub, 'compareUrl' | 'branchUrl' | 'fileUrl'>;
type Event = 'label' | 'comment' | 'dispatch';

const failures: Readonly<Record<string, () => Error>> = {
  '500': () => new Error('500 Internal Server Error'),
  '403': () => new Error('403 Resource not accessible by integration'),
  '404': () => new Error('404 Not Found'),
  'no answer in time': () => new Error('no answer within 45 s'),
  'rubbish in its message': () => new Error(`<html>\u001b[2J::error::FORGED\n@mona ${'x'.repeat(100_000)}`),
};

const calls: readonly Call[] = [
  ...(['identity', 'defaultBranch', 'readFile', 'permissionOf', 'readIssue', 'lastLabelling', 'textEdits'] as const),
  ...(['openIssuesWithLabel', 'openPullRequestFrom', 'reactToIssue', 'reactToComment', 'findComment'] as const),
  ...(['createComment', 'updateComment', 'addLabels', 'removeLabel', 'openPullRequest', 'updatePullRequest'] as const),
  'workflowRun',
];

/** Without these nobody is admitted, or the run could not know where to push: nothing begins. */
const needed: readonly Call[] = ['identity', 'defaultBranch', 'readFile', 'permissionOf'];

const sender = { login: 'ada', type: 'User' };
const issue = { number: 1, title: 'Add it', body: 'please', state: 'open', locked: false };
const events: Readonly<Record<Event, FakeRunner['event']>> = {
  label: { eventName: 'issues', payload: { action: 'labeled', label: { name: 'aider' }, issue, sender } },
  comment: {
    eventName: 'issue_comment',
    payload: { action: 'created', comment: { id: 1, body: '/aider add it' }, issue, sender },
  },
  dispatch: { eventName: 'workflow_dispatch', payload: { inputs: { issue: '1' }, sender } },
};

const inputs = { model: 'openai/gpt-4o', 'openai-api-key': 'sk-secret', 'github-token': 'ghs_secret' };

const aGitHub = (): FakeGitHub => {
  const github = new FakeGitHub();
  github.permissions.set('ada', 'write');
  github.addIssue({ title: 'Add it', body: 'please' });
  github.label(1, 'aider', { login: 'ada', at: 1000 });
  github.commentAs('ada', 1, '/aider add it');
  return github;
};

interface Place {
  readonly github: FakeGitHub;
  readonly locks?: FakeLocks;
  readonly archive?: FakeArchive;
}

/** The action on a runner, with everything but GitHub in order. */
const act = async (event: Event, { github, locks = new FakeLocks(), archive = new FakeArchive() }: Place) => {
  const outer = aWorld({ plan: [task('a'), task('b'), task('c', { dependsOn: ['a'] })] });
  const { clock } = outer;
  const undertake: Undertake = async ({ facts, request, sinks, stop, warn, runId, settings }) => {
    const tracking = trackProgress({ github, clock, number: 1, facts, onFailure: warn });
    const recorder = await executeRequest(
      {
        ...outer.world,
        ...{ github, facts, runId, sinks: [...sinks, tracking], signal: stop.signal },
        settings: { ...settings, maxAgents: 4 },
      },
      request,
    );
    return success(await tellResult({ recorder, artifacts: new FakeArtifacts(), clock, facts, github }));
  };
  const runner = new FakeRunner(inputs, events[event]);
  const exitCode = await clock.drive(
    runAction({
      ...{ runner, undertake, env: {}, display: new RecordingSink(), stop: new AbortController() },
      readSettingsFile: () => github.readFile('.github/aider-orchestrator.yml'),
      openGitHub: () => github,
      openLedger: () => Promise.resolve({ locks, archive, leftovers: noLeftovers, close: () => Promise.resolve() }),
      now: () => clock.now(),
    }),
  );
  return { exitCode, runner, outer };
};

interface Failing {
  readonly call: Call;
  readonly event: Event;
  readonly how: keyof typeof failures;
}

export const failingGitHub = group('GitHub failing at each call', {
  owner: 'src/app/**',
  predicates: {
    /** It ends, tells how, and either nothing was begun or the branch holds all that landed. */
    losesNothing: async ({ call, event, how }: Failing) => {
      const { exitCode, runner, outer } = await act(event, { github: aGitHub().failOn(call, failures[how]) });
      const status = runner.outputs['status'] ?? '';
      expect([0, 1]).toContain(exitCode);
      expect(['succeeded', 'partial', 'failed', 'skipped']).toContain(status);
      const branch = outer.repository.userBranches.get('aider/issue-1');
      const began = outer.model.questions.length > 0;
      expect(branch !== undefined).toBe(began);
      if (branch === undefined) return expect(['failed', 'skipped']).toContain(status);
      expect(['succeeded', 'partial']).toContain(status);
      const files = outer.repository.filesAt(branch);
      expect(Object.keys(files)).toEqual(expect.arrayContaining(['own/a.ts', 'own/b.ts', 'own/c.ts']));
    },
    /** What only shows the work does not decide about it. */
    goesOnWithout: async ({ call, event, how }: Failing) => {
      const { exitCode, runner } = await act(event, { github: aGitHub().failOn(call, failures[how]) });
      expect([exitCode, runner.outputs['status']]).toEqual(
        call === 'openPullRequest' || call === 'openPullRequestFrom'
          ? [expect.any(Number), expect.stringMatching(/^(succeeded|partial)$/)]
          : [0, 'succeeded'],
      );
    },
    /** Of runs that start at the same moment one works; the others say so and touch nothing. */
    oneOfThemWorks: async ({ events: starting }: { events: readonly Event[] }) => {
      const [github, locks] = [aGitHub(), new FakeLocks()];
      const ends = await Promise.all(starting.map((event) => act(event, { github, locks })));
      expect(ends.filter(({ outer }) => outer.model.questions.length > 0)).toHaveLength(1);
      expect(ends.map(({ runner }) => runner.outputs['status']).toSorted()).toEqual(
        ['succeeded', ...starting.slice(1).map(() => 'skipped')].toSorted(),
      );
      expect(github.pullRequests).toHaveLength(1);
    },
  },
  vectors: [
    ...pairs(calls, ['label', 'comment', 'dispatch'] as const).flatMap(([call, event]) =>
      Object.keys(failures).map((how) => ({
        id: `${call} on ${event}: ${how}`,
        holds: 'losesNothing' as const,
        input: { call, event, how },
      })),
    ),
    ...pairs(
      calls.filter((call) => !needed.includes(call)),
      Object.keys(failures),
    ).map(([call, how]) => ({
      id: `${call}, and the run goes on: ${how}`,
      holds: 'goesOnWithout' as const,
      input: { call, event: 'label' as const, how },
    })),
    ...(
      [
        ['label', 'label'],
        ['label', 'comment'],
        ['comment', 'comment'],
        ['label', 'dispatch'],
        ['label', 'comment', 'dispatch'],
        ['comment', 'comment', 'comment', 'comment'],
      ] as const
    ).map((each) => ({
      id: `two runs at once: ${each.join(' and ')}`,
      holds: 'oneOfThemWorks' as const,
      input: { events: each },
    })),
  ],
});
