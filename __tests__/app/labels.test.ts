import type { RunStatus } from '../../src/core/run/event.js';
import { markEnded, markStarted } from '../../src/app/labels.js';
import { FakeGitHub } from '../support/fake-github.js';

const withLabels = (...labels: readonly string[]): FakeGitHub => {
  const github = new FakeGitHub();
  github.addIssue({ labels });
  return github;
};

describe('the labels of an issue', () => {
  it('lose the trigger and the last result when a run starts, and keep the rest', async () => {
    const github = withLabels('bug', 'aider', 'aider:failed', 'aider:done');
    await markStarted(github, 1, 'aider');
    expect(github.issue(1).labels).toEqual(['bug']);
  });

  it('lose the trigger of another name', async () => {
    const github = withLabels('robots, please', 'aider');
    await markStarted(github, 1, 'robots, please');
    expect(github.issue(1).labels).toEqual(['aider']);
  });

  it('tell the caller when the trigger cannot be taken off', async () => {
    const github = withLabels('aider').failOn('removeLabel');
    await expect(markStarted(github, 1, 'aider')).rejects.toThrow('removeLabel failed');
  });

  it.each<[RunStatus, readonly string[]]>([
    ['succeeded', ['aider:done']],
    ['partial', ['aider:failed']],
    ['failed', ['aider:failed']],
    ['cancelled', ['aider:failed']],
    ['skipped', []],
    ['awaiting-approval', []],
  ])('say how a run ended: %s', async (status, expected) => {
    const github = withLabels();
    await markEnded(github, 1, status);
    expect(github.issue(1).labels).toEqual(expected);
  });
});
