import { inputVariables } from '../../../demo/runner/action-file.js';

describe('inputs', () => {
  const defaults = new Map([
    ['github-token', '${{ github.token }}'],
    ['max-agents', 'auto'],
    ['model', ''],
    ['with space', 'x'],
  ]);

  it('are capitals with hyphens kept, defaults filled in and the token put in its place', () => {
    expect(inputVariables(defaults, { model: 'openai/gpt-4.1' }, 't0ken')).toEqual({
      'INPUT_GITHUB-TOKEN': 't0ken',
      'INPUT_MAX-AGENTS': 'auto',
      INPUT_MODEL: 'openai/gpt-4.1',
      INPUT_WITH_SPACE: 'x',
    });
  });

  it('given to an undeclared name are passed on as well', () => {
    expect(inputVariables(new Map(), { other: '1' }, '')).toEqual({ INPUT_OTHER: '1' });
  });

  it('with a default this runner cannot evaluate are a fault of the action file', () => {
    expect(() => inputVariables(new Map([['a', '${{ github.sha }}']]), {}, '')).toThrow(/github\.sha/);
  });
});
