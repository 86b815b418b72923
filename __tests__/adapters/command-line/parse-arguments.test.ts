import { parseArguments, type CommandLine } from '../../../src/adapters/command-line/parse-arguments.js';
import { settingsTable, type Setting } from '../../../src/core/settings/table.js';

const parse = (...args: string[]) => parseArguments(args, '1.2.3');

const lineOf = (...args: string[]): CommandLine => {
  const parsed = parse(...args);
  if (!parsed.ok) throw new Error(parsed.failure.message);
  return parsed.value;
};

const textOf = (...args: string[]): string => {
  const line = lineOf(...args);
  if (line.kind !== 'said') throw new Error(`it is a ${line.kind}`);
  return line.text;
};

const faultOf = (...args: string[]): string => {
  const parsed = parse(...args);
  if (parsed.ok) throw new Error(`it is a ${parsed.value.kind}`);
  return parsed.failure.message;
};

describe('the command line', () => {
  it('asks for a run', () => {
    expect(lineOf('run', '--change', 'add x', '--model', 'openai/gpt-4.1', '--max-agents=2')).toEqual({
      kind: 'run',
      github: false,
      json: false,
      settings: { change: 'add x', model: 'openai/gpt-4.1', 'max-agents': '2' },
    });
  });

  it('takes the original flags', () => {
    const flags = ['--max-agents', '3', '--gemini-model', 'gemini/x', '--files', 'a.js,b.js', '--split', 'files:2'];
    expect(lineOf('run', '--change', 'c', '--model', 'm', ...flags)).toMatchObject({
      settings: { 'max-agents': '3', 'gemini-model': 'gemini/x', files: 'a.js,b.js', split: 'files:2' },
    });
  });

  it('takes every setting but the secrets, which other processes would see', () => {
    for (const { name, secret, cliFlag } of settingsTable as readonly Setting[]) {
      expect(cliFlag).toBe(secret ? null : `--${name}`);
      if (!secret) expect(lineOf('run', `--${name}`, 'v')).toMatchObject({ settings: { [name]: 'v' } });
      else expect(faultOf('run', `--${name}`, 'v')).toContain(`unknown option '--${name}'`);
    }
  });

  it.each([
    [['--issue', '12'], 12],
    [['--issue', '#7', '--github'], 7],
  ])('takes the request from an issue with %j, on GitHub then', (args, issue) => {
    expect(lineOf('run', ...args)).toMatchObject({ kind: 'run', github: true, issue });
  });

  it('asks to go on with a run, the newest or a named one, and how runs stand', () => {
    expect(lineOf('resume')).toEqual({ kind: 'resume', json: false, settings: {} });
    expect(lineOf('resume', 'r1', '--model', 'm', '--json', '--replay', 'f')).toEqual({
      kind: 'resume',
      run: 'r1',
      json: true,
      settings: { model: 'm' },
      replay: 'f',
    });
    expect(lineOf('status')).toEqual({ kind: 'status', json: false });
    expect(lineOf('status', 'r1', '--json')).toEqual({ kind: 'status', run: 'r1', json: true });
  });

  it('asks for a plan, as JSON or for people', () => {
    expect(lineOf('plan', '--change', 'c', '--json')).toEqual({ kind: 'plan', json: true, settings: { change: 'c' } });
    expect(lineOf('plan')).toEqual({ kind: 'plan', json: false, settings: {} });
  });

  it('asks the doctor', () => {
    const kind = 'doctor';
    expect(lineOf('doctor')).toEqual({ kind, fix: false, github: false, json: false, settings: {} });
    expect(lineOf('doctor', '--fix', '--github', '--json', '--model', 'm')).toEqual({
      kind,
      fix: true,
      github: true,
      json: true,
      settings: { model: 'm' },
    });
  });

  it('passes everything behind demo on', () => {
    expect(lineOf('demo', '--scenario', 'otp', '--keep')).toEqual({
      kind: 'demo',
      args: ['--scenario', 'otp', '--keep'],
    });
  });

  it('says its version', () => {
    expect(textOf('--version')).toBe('1.2.3\n');
    expect(textOf('-V')).toBe('1.2.3\n');
  });

  it('says how it is used, with every default', () => {
    expect(textOf('--help')).toMatch(/run .*\n.*\n.*plan /);
    expect(textOf('run', '--help')).toMatch(/--max-iterations <value> .*\s+.*\s+Default:\s+`3`/);
    expect(textOf('help', 'doctor')).toContain('--fix');
  });

  it('names each flag once in its help', () => {
    for (const command of ['run', 'plan', 'doctor']) {
      const flags = textOf(command, '--help').match(/^ {2}(-\w, )?--[\w-]+/gm) ?? [];
      expect(flags).toEqual([...new Set(flags)]);
    }
  });

  it.each([
    ['a command there is not', ['paint'], "error: unknown command 'paint'\nSee: aider-orchestrator --help"],
    [
      'one letter off',
      ['doctr'],
      "error: unknown command 'doctr'\n(Did you mean doctor?)\nSee: aider-orchestrator --help",
    ],
    [
      'a flag there is not',
      ['run', '--colour'],
      "error: unknown option '--colour'\nSee: aider-orchestrator run --help",
    ],
    ['a flag without its value', ['plan', '--change'], "error: option '--change <text>' argument missing"],
    [
      'an issue that is no number',
      ['run', '--issue', 'x'],
      'error: --issue: expected an issue number such as 12, got "x"',
    ],
    ['no issue at all', ['run', '--issue', '0'], 'got "0"'],
    ['words that belong nowhere', ['run', 'words'], 'error: too many arguments'],
  ])('says what is wrong with %s', (_, args, message) => {
    expect(faultOf(...args)).toContain(message);
  });

  it('says how it is used when nothing was asked', () => {
    expect(faultOf()).toMatch(/^Usage: aider-orchestrator/);
  });
});
