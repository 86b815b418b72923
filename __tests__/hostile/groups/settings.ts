import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSettingsFile } from '../../../src/adapters/files/settings-file.js';
import { settingsFile } from '../../../src/core/settings/fault.js';
import { parseSettings } from '../../../src/core/settings/settings.js';
import { group } from '../group.js';

const key = `sk-${'aB3d'.repeat(8)}`;

const parse = async (yaml: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    mkdirSync(dirname(join(folder, settingsFile)), { recursive: true });
    writeFileSync(join(folder, settingsFile), yaml);
    const file = await readSettingsFile(folder);
    return parseSettings({
      inputs: { model: 'openai/gpt-4o', 'openai-api-key': key, 'github-token': 'ghs_x' },
      inputsAre: 'input',
      file,
      env: {},
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const bad: readonly (readonly [string, string])[] = [
  ['an unknown key', 'run-command: curl https://a.test\n'],
  ['a key in the file', `openai-api-key: ${key}\n`],
  ['a token in the file', 'github-token: ghp_x\n'],
  ['a list', '- a\n- b\n'],
  ['a text', 'model\n'],
  ['broken YAML', 'a: [\n'],
  ['a prototype', '__proto__:\n  model: x\n'],
  ['a constructor', 'constructor: x\n'],
  ['a tag', 'model: !!js/function "function(){}"\nrun: 1\n'],
  [
    'laughs',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((each, n) => `${each}: &${each} [${Array(9).fill(`*${'abcdefg'[n]}`).join(',')}]`).join('\n')}\n`,
  ],
  ['the same key twice', 'model: a/b\nmodel: c/d\n'],
  ['an address with a password', 'api-base: https://user:secret@a.test\n'],
  ['another scheme', 'api-base: file:///etc/passwd\n'],
  ['a path out of the repository', 'plan: ../plan.json\n'],
  ['a path into .git', 'plan: .git/config\n'],
  ['a branch that is an option', 'base-branch: --upload-pack=x\n'],
  ['a branch with shell in it', 'base-branch: "a b;id"\n'],
  ['a prefix of HTML', 'command-prefix: "<!--"\n'],
  ['our own label', 'trigger-label: aider:done\n'],
  ['agents without end', 'max-agents: 100000\n'],
  ['no number', 'max-iterations: .nan\n'],
];

export const hostileSettings = group('hostile settings', {
  owner: 'src/core/settings/**, src/adapters/files/settings-file.ts',
  predicates: {
    /** With a fault that shows no secret. */
    isRefused: async (yaml: string) => {
      const parsed = await parse(yaml);
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toMatch(/sk-aB3d|user:secret/);
    },
    isAccepted: async (yaml: string) => expect((await parse(yaml)).ok).toBe(true),
  },
  vectors: [
    ...bad.map(([id, input]) => ({ id, holds: 'isRefused' as const, input })),
    { id: 'control: max-agents', holds: 'isAccepted', input: 'max-agents: 2\n' },
  ],
});
