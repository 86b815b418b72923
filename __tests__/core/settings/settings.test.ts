import fc from 'fast-check';
import { renderFault, settingsFailure, type SettingFault } from '../../../src/core/settings/fault.js';
import { parseSettings, type Settings, type SettingsSources } from '../../../src/core/settings/settings.js';
import { allSettingNames, settingsTable, type Setting } from '../../../src/core/settings/table.js';

const key = 'sk-very-secret-value';
const enough = { model: 'openai/gpt-4o', 'openai-api-key': key, 'github-token': 'ghs_token' };

type Parts = Partial<Omit<SettingsSources, 'inputs'>> & { readonly inputs?: Record<string, string> };
const parse = ({ inputs, ...more }: Parts = {}) =>
  parseSettings({ env: {}, ...more, inputs: { ...enough, ...inputs } });

const valueOf = (parts: Parts = {}): Settings => {
  const parsed = parse(parts);
  if (!parsed.ok) throw new Error(parsed.failure.map(renderFault).join('\n'));
  return parsed.value;
};
const faultsOf = (parts: Parts): readonly SettingFault[] => {
  const parsed = parse(parts);
  if (parsed.ok) throw new Error('No fault was found');
  return parsed.failure;
};

describe('parseSettings', () => {
  it('gives the defaults of the design', () => {
    expect(valueOf()).toMatchObject({
      triggerLabel: 'aider',
      commandPrefix: '/aider',
      allowedBots: [],
      prdModel: 'openai/gpt-4o',
      maxAgents: 'auto',
      maxIterations: 3,
      maxAttempts: 3,
      agentTimeoutMs: 600_000,
      validationTimeoutMs: 600_000,
      runTimeoutMs: 19_800_000,
      deliver: 'green',
      files: [],
      validation: undefined,
      protectedFiles: ['.github/**', '.git*', 'CODEOWNERS', '.aider*', '.aider*/**', '.env*'],
      commitLogs: 'summary',
      pushAgentBranches: 'failed',
      aiderVersion: '0.86.2',
      dryRun: false,
      planApproval: false,
    });
  });

  it('hears the input before the file and the file before the default', () => {
    const file = { 'max-attempts': 5, 'max-iterations': 7 };
    expect(valueOf({ inputs: { 'max-attempts': '2' }, file })).toMatchObject({ maxAttempts: 2, maxIterations: 7 });
  });

  it('takes an empty input and a key without a value as not given', () => {
    expect(valueOf({ inputs: { deliver: ' ' }, file: { deliver: 'all', files: null } })).toMatchObject({
      deliver: 'all',
    });
  });

  it("takes YAML's own numbers, truth values, lists and mappings", () => {
    const file = {
      'max-agents': 4,
      'dry-run': true,
      files: ['src/{a,b}.ts', 'docs/**'],
      validation: { lint: 'npm run lint', unit: 'npm test' },
    };
    expect(valueOf({ file })).toMatchObject({
      maxAgents: 4,
      dryRun: true,
      files: ['src/{a,b}.ts', 'docs/**'],
      validation: [
        { name: 'lint', run: 'npm run lint', timeoutMs: 600_000 },
        { name: 'unit', run: 'npm test', timeoutMs: 600_000 },
      ],
    });
  });

  it('takes validation commands one a line, colons and all', () => {
    const inputs = { validation: 'lint: npm run lint:all\r\n\ntypes: tsc -p .', 'validation-timeout-minutes': '2' };
    expect(valueOf({ inputs }).validation).toEqual([
      { name: 'lint', run: 'npm run lint:all', timeoutMs: 120_000 },
      { name: 'types', run: 'tsc -p .', timeoutMs: 120_000 },
    ]);
  });

  it('knows gemini-model as prd-model', () => {
    const inputs = { 'gemini-model': 'gemini/gemini-2.5-flash', 'gemini-api-key': 'g' };
    expect(valueOf({ inputs }).prdModel).toBe('gemini/gemini-2.5-flash');
  });

  it('writes the PRD with Gemini where a Gemini key is there', () => {
    expect(valueOf({ env: { GEMINI_API_KEY: 'g' } }).prdModel).toBe('gemini/gemini-2.5-pro');
  });

  it('takes keys and base URLs from the environment, an input first', () => {
    const env = { OPENAI_API_KEY: 'other', GROQ_API_KEY: 'q', GROQ_API_BASE: 'http://127.0.0.1:1/v1/' };
    const inputs = { 'api-base': 'https://llm.example/v1' };
    expect(valueOf({ inputs, env }).providers).toMatchObject({
      openai: { key, base: 'https://llm.example/v1' },
      groq: { key: 'q', base: 'http://127.0.0.1:1/v1' },
      xai: {},
    });
  });

  it('keeps keys in one place of what it gives', () => {
    const { providers, ...rest } = valueOf();
    expect(providers.openai.key).toBe(key);
    expect(JSON.stringify(rest)).not.toContain(key);
  });

  it("wants no key for a server of the user's own", () => {
    const inputs = { 'openai-api-key': '', model: 'openai/local', 'api-base': 'http://127.0.0.1:11434/v1' };
    expect(valueOf({ inputs }).providers.openai).toEqual({ base: 'http://127.0.0.1:11434/v1' });
  });

  it('asks for neither model nor token where they are not needed', () => {
    const parsed = parseSettings({ inputs: {}, env: {}, needs: { model: false, githubToken: false } });
    expect(parsed).toMatchObject({ ok: true, value: { model: '', githubToken: undefined } });
  });

  it('takes the token from the environment', () => {
    expect(valueOf({ inputs: { 'github-token': '' }, env: { GITHUB_TOKEN: 'ghp_x' } }).githubToken).toBe('ghp_x');
  });

  it.each<[string, string]>([
    ['auto', 'auto'],
    ['none', 'none'],
    ['directory', 'directory'],
    ['files:3', 'files'],
    ['diff:origin/main~2', 'diff'],
  ])('takes the split %s', (split, kind) => {
    expect(valueOf({ inputs: { split } }).split).toMatchObject({ kind });
  });

  it('lets an input contradict the file, and drops what the file said', () => {
    const file = { split: 'directory', files: ['src/**'] };
    expect(valueOf({ inputs: { plan: 'plan.json' }, file })).toMatchObject({
      plan: 'plan.json',
      split: { kind: 'auto' },
      files: [],
    });
    expect(valueOf({ inputs: { split: 'none' }, file: { plan: 'plan.json' } })).toMatchObject({
      plan: undefined,
      split: { kind: 'none' },
    });
  });
});

describe('parseSettings, on faults', () => {
  it.each<[string, Parts, Partial<SettingFault>]>([
    [
      'an unknown input with its neighbour',
      { inputs: { 'max-agent': '3' } },
      { reason: 'unknown-key', key: 'max-agent', source: 'input', mend: 'Write "max-agents" instead of "max-agent".' },
    ],
    [
      'an unknown flag as a flag',
      { inputs: { zzzzzz: '3' }, inputsAre: 'flag' },
      { reason: 'unknown-key', source: 'flag', mend: 'Remove "zzzzzz".' },
    ],
    [
      'an unknown key of the file',
      { file: { max_agents: 3 } },
      { reason: 'unknown-key', source: 'file', mend: 'Write "max-agents" instead of "max_agents".' },
    ],
    [
      'a number out of range',
      { inputs: { 'max-agents': '17' } },
      { reason: 'bad-value', key: 'max-agents', expected: 'auto or a whole number from 1 to 16', came: '"17"' },
    ],
    [
      'a number that is none',
      { file: { 'max-attempts': 1.5 } },
      { reason: 'bad-value', key: 'max-attempts', source: 'file', came: '"1.5"' },
    ],
    [
      'a choice that is none',
      { inputs: { deliver: 'yes' } },
      { reason: 'bad-value', key: 'deliver', expected: 'one of green, all' },
    ],
    ['a split that is none', { inputs: { split: 'files:0' } }, { reason: 'bad-value', key: 'split' }],
    [
      'a split by a ref that is an option',
      { inputs: { split: 'diff:--upload-pack=x' } },
      { reason: 'bad-value', key: 'split' },
    ],
    [
      'a branch name git would not take',
      { inputs: { 'base-branch': 'a..b' } },
      { reason: 'bad-value', key: 'base-branch' },
    ],
    [
      'a branch name that is an option',
      { inputs: { 'base-branch': '--force' } },
      { reason: 'bad-value', key: 'base-branch' },
    ],
    ['a plan outside the repository', { inputs: { plan: '../plan.json' } }, { reason: 'bad-value', key: 'plan' }],
    ['an absolute PRD', { inputs: { prd: '/etc/passwd' } }, { reason: 'bad-value', key: 'prd' }],
    ['a command without a name', { inputs: { validation: 'npm test' } }, { reason: 'bad-value', key: 'validation' }],
    ['two commands of one name', { inputs: { validation: 'a: x\na: y' } }, { reason: 'bad-value', key: 'validation' }],
    [
      'our own label as trigger',
      { inputs: { 'trigger-label': 'aider:done' } },
      { reason: 'bad-value', key: 'trigger-label' },
    ],
    [
      'a base with a password, hidden',
      { inputs: { 'api-base': 'http://u:p@host' } },
      { reason: 'bad-value', key: 'api-base', came: 'a value (hidden)' },
    ],
    [
      'a bad base of the environment',
      { env: { XAI_API_BASE: 'nowhere' } },
      { reason: 'bad-value', key: 'XAI_API_BASE', source: 'environment' },
    ],
    ['a value of an odd shape', { file: { files: { a: [1] } } }, { reason: 'bad-value', key: 'files', source: 'file' }],
    ['a file that is a list', { file: ['model'] }, { reason: 'bad-file', came: 'a list' }],
    ['a file that is only a text', { file: 'sk-secret' }, { reason: 'bad-file', came: 'a string' }],
    [
      'a file that is no YAML',
      { file: 'Missing closing "quote at line 1, column 6:\n\na: "x\n' },
      { reason: 'bad-file', came: 'no YAML: Missing closing "quote at line 1, column 6' },
    ],
    [
      'a secret in the file',
      { file: { 'gemini-api-key': 'AIza-leak' } },
      { reason: 'secret-in-file', key: 'gemini-api-key', came: 'a value (hidden)' },
    ],
    [
      'a secret with spaces in it',
      { inputs: { 'openai-api-key': 'sk leak' } },
      { reason: 'bad-value', key: 'openai-api-key', came: 'a value (hidden)' },
    ],
    [
      'both names of one setting',
      { inputs: { 'prd-model': 'openai/a', 'gemini-model': 'openai/b' } },
      { reason: 'clash', key: 'prd-model' },
    ],
    ['a plan and a split', { inputs: { plan: 'p.json', split: 'none' } }, { reason: 'clash', key: 'split' }],
    ['a plan and files', { file: { plan: 'p.json', files: 'src/**' } }, { reason: 'clash', key: 'files' }],
    [
      'a command and a version of Aider',
      { inputs: { 'aider-command': 'aider', 'aider-version': '0.86.1' } },
      { reason: 'clash', key: 'aider-version' },
    ],
    [
      'a message longer than the run',
      { inputs: { 'run-timeout-minutes': '5', 'agent-timeout-minutes': '6' } },
      { reason: 'clash', key: 'agent-timeout-minutes' },
    ],
    ['no model', { inputs: { model: '' } }, { reason: 'missing', key: 'model' }],
    ['no token', { inputs: { 'github-token': '' } }, { reason: 'missing', key: 'github-token' }],
    [
      'no key for the model',
      { inputs: { model: 'anthropic/claude-sonnet-4-5' } },
      {
        reason: 'missing',
        key: 'anthropic-api-key',
        mend: 'Give the input anthropic-api-key, or set ANTHROPIC_API_KEY in the environment.',
      },
    ],
    [
      'no key for the PRD model',
      { inputs: { 'prd-model': 'xai/grok-3' } },
      { reason: 'missing', key: 'xai-api-key', expected: 'a key for xAI, which prd-model needs' },
    ],
    ['a model of no known provider', { inputs: { model: 'acme/one' } }, { reason: 'bad-value', key: 'model' }],
  ])('names %s', (_, parts, expected) => {
    expect(faultsOf(parts)).toEqual([expect.objectContaining(expected)]);
  });

  it('tells all of them together', () => {
    const faults = faultsOf({
      inputs: { model: '', 'max-agents': '0', shape: 'x' },
      file: { 'openai-api-key': 'sk-leak', deliver: 'some' },
      env: { GROQ_API_BASE: 'x' },
    });
    expect(faults.map((fault) => [fault.reason, fault.key]).sort()).toEqual([
      ['bad-value', 'GROQ_API_BASE'],
      ['bad-value', 'deliver'],
      ['bad-value', 'max-agents'],
      ['missing', 'model'],
      ['secret-in-file', 'openai-api-key'],
      ['unknown-key', 'shape'],
    ]);
  });

  it('speaks to the command line of flags, and of the environment where a flag would show a secret', () => {
    const parsed = parseSettings({ inputs: {}, inputsAre: 'flag', env: {} });
    expect(parsed.ok ? [] : parsed.failure).toMatchObject([
      { key: 'GITHUB_TOKEN', source: 'environment', mend: 'Set GITHUB_TOKEN in the environment.' },
      { key: 'model', source: 'flag', mend: 'Give --model, for example anthropic/claude-sonnet-4-5.' },
    ]);
    const keyless = parseSettings({
      inputs: { model: 'groq/x' },
      inputsAre: 'flag',
      env: {},
      needs: { githubToken: false },
    });
    expect(keyless.ok ? [] : keyless.failure).toMatchObject([{ key: 'GROQ_API_KEY', source: 'environment' }]);
  });

  it('says which table a model name has to be of', () => {
    expect(faultsOf({ inputs: { model: 'acme/one' } })[0]?.mend).toContain('openai, anthropic, gemini');
  });

  it('never shows a secret, nor the value of a key it does not know', () => {
    const name = fc.constantFrom(
      ...settingsTable.filter((row: Setting) => row.secret).map((row) => row.name),
      'unknown',
    );
    fc.assert(
      fc.property(name, fc.boolean(), (setting, inFile) => {
        const leak = 'le ak-0123456789';
        const parsed = parse(inFile ? { file: { [setting]: leak } } : { inputs: { [setting]: leak } });
        expect(parsed.ok ? '' : JSON.stringify(parsed.failure)).not.toContain('ak-0123456789');
        expect(parsed.ok).toBe(false);
      }),
    );
  });

  it('never throws, whatever the values', () => {
    const values = fc.dictionary(fc.constantFrom(...allSettingNames, 'x'), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(values, fc.anything(), (inputs, file) => {
        expect(typeof parseSettings({ inputs, file, env: {} }).ok).toBe('boolean');
      }),
    );
  });
});

describe('settingsFailure', () => {
  it('is one failure of the user with a line a fault', () => {
    const failure = settingsFailure(faultsOf({ inputs: { deliver: 'yes', 'max-agents': '99' } }));
    expect(failure).toEqual({
      reason: 'settings-invalid',
      who: 'user',
      message: [
        'The settings are not valid:',
        '- max-agents (input): expected auto or a whole number from 1 to 16; came "99".',
        '- deliver (input): expected one of green, all; came "yes".',
      ].join('\n'),
      action: 'Correct max-agents. Correct deliver.',
    });
  });

  it('is one line where one thing is wrong', () => {
    expect(settingsFailure(faultsOf({ inputs: { deliver: 'yes' } }))).toMatchObject({
      message: 'A setting is not valid: deliver (input): expected one of green, all; came "yes".',
      action: 'Correct deliver.',
    });
  });
});
