import { renderApproval } from '../../../src/core/render/approval.js';
import { renderBusy, renderRefusal } from '../../../src/core/render/replies.js';
import { renderTrackingComment } from '../../../src/core/render/tracking-comment.js';
import { buildReport } from '../../../src/core/report/report.js';
import { parseCommand, renderHelp } from '../../../src/core/request/command.js';
import type { RunEventBody } from '../../../src/core/run/event.js';
import { aFailure, aPlan, aPrd, aRun, aTask, planMade, runStarted, startOfTime } from '../../support/builders.js';

const plan = aPlan([
  aTask('one', { title: 'Write | it for @mona', writes: ['src/a.ts', 'docs/**'] }),
  aTask('two', { dependsOn: ['one'] }),
]);
const reportOf = (end: RunEventBody) => {
  const prd: RunEventBody = { type: 'prd-written', prd: aPrd(), path: 'docs/prd/x.md', origin: 'model' };
  const made = planMade(plan, { hash: '0123456789abcdef', notes: ['two waits for one'] });
  const run = aRun([0, runStarted()], [1, prd], [2, made], [3, end]);
  return buildReport(run, { finishedAt: startOfTime + 10, commandPrefix: '/aider' });
};
const waiting = reportOf({ type: 'run-ended', status: 'awaiting-approval' });

describe('a plan that waits for approval', () => {
  const text = renderTrackingComment(waiting);

  it('is shown with the exact command on a line of its own', () => {
    expect(text.split('\n')).toContain('/aider approve 0123456789abcdef');
    expect(text).toContain('Waiting for approval');
  });

  it('is shown with what each task writes and waits for', () => {
    expect(text).toContain('| `src/a.ts`, `docs/**` |');
    expect(text.split('\n').find((line) => line.startsWith('| agent-2'))).toMatch(/\| `one` \|$/);
    expect(text).toContain('two waits for one');
    expect(text).not.toContain('@mona');
  });

  it('is shown with its PRD', () => {
    expect(text).toContain('<summary>PRD</summary>');
    expect(text).toContain('The thing works.');
  });

  it('is not asked for at any other end', () => {
    expect(renderApproval(reportOf({ type: 'run-ended', status: 'failed' }))).toBe('');
  });
});

describe('what we write ourselves', () => {
  const ours = {
    'the tracking comment': renderTrackingComment(waiting),
    'a refusal': renderRefusal(aFailure()),
    'an answer to the loser': renderBusy({ issue: 1, runId: '7-1' }),
    help: renderHelp('/aider', 'Nothing was started: did you mean `plan`?'),
  };

  it.each(Object.entries(ours))('is no command to us: %s', (_, text) => {
    expect(parseCommand(text, { prefix: '/aider', onPullRequest: false })).toEqual({ kind: 'none' });
  });
});
