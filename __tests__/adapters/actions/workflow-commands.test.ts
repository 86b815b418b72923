import fc from 'fast-check';
import { fileCommand, literally, workflowCommand } from '../../../src/adapters/actions/workflow-commands.js';

describe('what a runner obeys', () => {
  it('is one line, from which the runner reads the message back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('%', '\r', '\n', ':', 'a', '2', '5') }), (message) => {
        const [, read = ''] = /^::warning::([^\r\n]*)\n$/.exec(workflowCommand('warning', message)) ?? [];
        // As the runner does it: percent signs last.
        expect(read.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')).toBe(message);
      }),
    );
  });

  it('keeps a value whole, whatever lines are in it', () => {
    const command = fileCommand('branch', 'x\nend_\nstatus<<EOF');
    expect(command).toMatch(/^branch<<(end_[\w-]{36})\nx\nend_\nstatus<<EOF\n\1\n$/);
    expect(fileCommand('branch', 'x')).not.toBe(fileCommand('branch', 'x'));
  });

  it('is nothing between marks nobody can guess', () => {
    expect(literally('::error::no')).toMatch(/^::stop-commands::([\w-]{36})\n::error::no\n::\1::\n$/);
  });
});
