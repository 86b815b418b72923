import fc from 'fast-check';
import { parseFileCommands } from '../../../demo/runner/file-commands.js';
import { parseWorkflowCommands } from '../../../demo/runner/workflow-commands.js';

describe('file commands', () => {
  it('are name=value lines or blocks, and the later value wins', () => {
    const text = 'a=1\nb<<END\nline one\n\nx=y\nEND\nurl=http://h/?q=1<<2\na=2\n';
    expect(parseFileCommands(text)).toEqual({ a: '2', b: 'line one\n\nx=y', url: 'http://h/?q=1<<2' });
  });

  it('give back any value written as a block', () => {
    fc.assert(
      fc.property(fc.string(), (raw) => {
        const value = raw.replaceAll('\r', '');
        fc.pre(!value.split('\n').includes('ghadelimiter_1'));
        expect(parseFileCommands(`name<<ghadelimiter_1\n${value}\nghadelimiter_1\n`)).toEqual({ name: value });
      }),
    );
  });

  it.each(['no sign', '<<END\nx\nEND', 'a<<END\nnever closed'])('refuse %j', (text) => {
    expect(() => parseFileCommands(text)).toThrow(/Invalid|delimiter/);
  });
});

describe('workflow commands', () => {
  it('become annotations and masks, their escapes undone', () => {
    const commands = parseWorkflowCommands(
      '::add-mask::s3cret\nplain\n::error title=T::50%25 lost%0Aof it\n::warning::w\n',
    );
    expect(commands.masks).toEqual(['s3cret']);
    expect(commands.annotations).toEqual([
      { level: 'error', message: '50% lost\nof it' },
      { level: 'warning', message: 'w' },
    ]);
  });

  it('are not read while stopped', () => {
    const commands = parseWorkflowCommands('::stop-commands::abc\n::error::not one\n::abc::\n::error::one\n');
    expect(commands.annotations).toEqual([{ level: 'error', message: 'one' }]);
  });
});
