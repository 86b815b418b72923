import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { runGit, writeFiles } from '../support/git-repo.js';
import { bundle, commandTimeoutMs, models, openCliStage, type CliStage } from './cli-stage.js';

describe('aider-orchestrator used wrongly', () => {
  let stage: CliStage;
  beforeAll(async () => {
    stage = await openCliStage();
  }, commandTimeoutMs);
  afterAll(() => stage.close());

  it.each([
    ['an unknown command', ['paint'], "error: unknown command 'paint'\nSee: aider-orchestrator --help"],
    ['an unknown flag', ['run', '--blue'], "error: unknown option '--blue'\nSee: aider-orchestrator run --help"],
    [
      'a bad value',
      ['run', ...models, '--change', 'x', '--max-agents', 'many'],
      'A setting is not valid: max-agents (flag): expected auto or a whole number from 1 to 16; came "many".\n→ Correct max-agents.',
    ],
    [
      'no request',
      ['run', ...models],
      'There is no request: expected --change "what to do", or --github --issue <number>.\n→ For example: aider-orchestrator run --model openai/gpt-4.1 --change "add a health endpoint with tests"',
    ],
    [
      'no model',
      ['run', '--change', 'x'],
      'A setting is not valid: model (flag): expected the model of the agents; came none.\n→ Give --model, for example anthropic/claude-sonnet-4-5.',
    ],
    [
      'no key',
      ['run', '--change', 'x', '--model', 'anthropic/claude-sonnet-4-5'],
      'A setting is not valid: ANTHROPIC_API_KEY (environment variable): expected a key for Anthropic, which model needs; came none.\n→ Set ANTHROPIC_API_KEY in the environment.',
    ],
    [
      'no token',
      ['run', ...models, '--issue', '1'],
      'A setting is not valid: GITHUB_TOKEN (environment variable): expected a token; came none.\n→ Set GITHUB_TOKEN in the environment.',
    ],
  ])('says in one error what is wrong with %s, and ends with 2', async (_, args, message) => {
    expect(await stage.cli(args)).toEqual({ exitCode: 2, stdout: '', stderr: message });
  });

  it('names everything that is wrong at once', async () => {
    const { exitCode, stderr } = await stage.cli(['run', '--max-agents', '0', '--deliver', 'maybe', '--change', 'x']);
    expect(exitCode).toBe(2);
    for (const name of ['max-agents', 'deliver', 'model']) expect(stderr).toContain(`- ${name} (flag): expected`);
  });

  it('says that the settings file of the repository is no YAML, and where', async () => {
    await writeFiles(stage.repository, { '.github/aider-orchestrator.yml': 'model: [x\n' });
    const { exitCode, stderr } = await stage.cli(['plan', ...models, '--change', 'x']);
    await writeFiles(stage.repository, { '.github': null });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^A setting is not valid: \.github\/aider-orchestrator\.yml .* no YAML: .* at line 2, column 1/,
    );
  });

  it('says that it is not in a repository', async () => {
    expect(await stage.cli(['run', ...models, '--change', 'x'], { cwd: join(stage.root, 'home') })).toMatchObject({
      exitCode: 2,
      stderr: `${join(stage.root, 'home')} is not in a git repository.\n→ Run it inside a git repository, or make one with \`git init\` and a first commit.`,
    });
  });

  it('says that there is no git', async () => {
    const env = { PATH: join(stage.root, 'nothing') };
    expect(await stage.cli(['run', ...models, '--change', 'x'], { env })).toMatchObject({
      exitCode: 2,
      stderr: 'git could not be started.\n→ Install git 2.38 or newer.',
    });
    const { stdout } = await stage.cli(['doctor', ...models], { env });
    expect(stdout).toMatch(/✗ git .*could not be started\n +fix: Install git 2\.38 or newer\./);
    expect(stdout).not.toContain('repository');
  });

  it('says that no branch is checked out', async () => {
    await stage.git('checkout', '-q', '--detach');
    const ended = await stage.cli(['run', ...models, '--change', 'x']);
    await stage.git('checkout', '-q', 'main');
    expect(ended).toMatchObject({
      exitCode: 2,
      stderr:
        'No branch is checked out (HEAD is detached), so it is open what to start from.\n→ Check out a branch, or give --base-branch.',
    });
  });

  it(
    'says that a repository has no commit yet',
    async () => {
      const folder = join(stage.root, 'new');
      await mkdir(folder);
      await runGit(folder, 'init', '-q', '-b', 'main');
      const { exitCode, stderr } = await stage.cli(['run', ...models, '--change', 'x'], { cwd: folder });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('→ Make a first commit.');
    },
    commandTimeoutMs,
  );

  it('asks no model for any of it', () => {
    expect(stage.model.requests).toEqual([]);
  });
});

describe('aider-orchestrator demo', () => {
  let stage: CliStage;
  beforeAll(async () => {
    stage = await openCliStage();
    await cp(bundle, join(stage.root, 'clone/dist'), { recursive: true });
    await writeFiles(stage.root, { 'clone/package.json': '{ "type": "module" }' });
  }, commandTimeoutMs);
  afterAll(() => stage.close());

  const demo = (...args: string[]) =>
    execa(process.execPath, [join(stage.root, 'clone/dist/cli.js'), 'demo', ...args], { reject: false });

  it('says that it needs a clone of the repository', async () => {
    expect(await demo()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('npm run demo') as string });
  });

  it('passes its arguments to the script of the clone, and its exit code back', async () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;\n';
    await writeFiles(stage.root, { 'clone/scripts/demo.mjs': script });
    const { exitCode, stdout } = await demo('--scenario', 'otp', '--keep');
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toEqual(['--scenario', 'otp', '--keep']);
  });
});
