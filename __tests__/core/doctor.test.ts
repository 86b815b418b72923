import { isHealthy, renderFindings, type Finding } from '../../src/core/doctor.js';
import { isolationWarning } from '../../src/core/isolation.js';
import { detachedHead, gitMissing, notARepository } from '../../src/core/repository-failures.js';

const finding = (name: string, state: Finding['state'], fix = ''): Finding => ({ name, state, found: 'seen', fix });

describe('what was found of a machine', () => {
  it('is healthy unless something is wrong; a note keeps no run from succeeding', () => {
    expect(isHealthy([finding('git', 'ok'), finding('memory', 'note', 'more')])).toBe(true);
    expect(isHealthy([finding('git', 'ok'), finding('python', 'wrong', 'install it')])).toBe(false);
  });

  it('is shown in columns, with the fix below what has one and what it comes to', () => {
    expect(renderFindings([finding('git', 'ok'), finding('memory', 'note', 'add some')])).toBe(
      '✓ git     seen\n• memory  seen\n          fix: add some\n\nReady to run.\n',
    );
    expect(renderFindings([finding('git', 'wrong', 'a')])).toBe(
      '✗ git  seen\n       fix: a\n\n1 thing keeps a run from succeeding.\n',
    );
    expect(renderFindings([finding('a', 'wrong'), finding('b', 'wrong')])).toContain('2 things keep a run');
  });

  it('warns of what no isolation leaves open, and of nothing in a sandbox', () => {
    expect(isolationWarning('sandbox')).toBe('');
    expect(isolationWarning('none')).toContain('all rights of this user');
  });

  it('names the folder that is no repository, and says to everyone what mends it', () => {
    expect(notARepository('/tmp/x').message).toContain('/tmp/x');
    for (const failure of [notARepository('/tmp/x'), gitMissing, detachedHead]) {
      expect(failure).toMatchObject({ who: 'user', reason: expect.stringMatching(/^[a-z-]+$/) as string });
      expect(failure.action).not.toBe('');
    }
  });
});
