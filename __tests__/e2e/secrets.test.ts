import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edits, onTask, write } from '../../demo/model/index.js';
import { toolCacheFolder } from '../../demo/runner/variables.js';
import { realAider } from '../adapters/aider/support/real-aider.js';
import { marksOf } from '../support/e2e-sound.js';
import { aiderSpy, decodeDumps, testSpy } from '../support/spies.js';
import { eventsOf } from '../support/e2e-ending.js';
import { broughtAlong, fileOf, goodEdit, greetingPlan, smallScript } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';

/** Prints what a hostile test could read: its environment, everybody's, and the workspace's git configuration. */
const spy = `import { readFileSync, readdirSync } from 'node:fs';

const read = (path) => {
  try {
    return readFileSync(path, 'latin1').replaceAll('\\0', '\\n');
  } catch {
    return '';
  }
};
console.log(JSON.stringify(process.env));
for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) console.log(read('/proc/' + pid + '/environ'));
const runner = /^.*aider-orchestrator-runner-[^/]+/.exec(process.env.HOME)?.[0];
console.log(read(runner + '/work/users-service/users-service/.git/config'));
console.log('the spy has spoken');
process.exitCode = read('src/greeting.js').includes('hidden') ? 1 : 0;
`;

describe('a test of the repository prints everything it can read', () => {
  const { files, inputs } = broughtAlong(greetingPlan);
  const first = edits('I hide it.', write(fileOf('greeting'), "export const hidden = 'greeting';\n"));
  const story = tellStory(
    {
      script: smallScript(greetingPlan, onTask('greeting', first, goodEdit('greeting'))),
      files: { ...files, 'scripts/spy.js': spy },
    },
    runOn((stage) => stage.labelled(stage.openIssue()), { ...inputs, validation: 'spy: node scripts/spy.js' }),
  );

  story.it('is shown to the agent and to people, its secrets taken out', ({ journal, model, run }) => {
    const [ended] = eventsOf(journal, 'iteration-ended');
    expect(ended?.outcome).toBe('validation-failed');
    expect(ended?.validation[0]?.output).toContain('the spy has spoken');
    expect(model.requests[1]?.question.text).toContain('the spy has spoken');
    expect(run.summaryMarkdown).toContain('the spy has spoken');
  });
});

describe('a whole run with a spy for an Aider, a spy for a test, and a cassette', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spies-'));
  const cassette = join(folder, 'run.cassette.ndjson');
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const first = edits('I hide it.', write(fileOf('greeting'), "export const hidden = 'greeting';\n"));
  const story = tellStory(
    {
      script: smallScript(greetingPlan, onTask('greeting', first, goodEdit('greeting'))),
      files: { 'scripts/spy.js': testSpy('src/greeting.js') },
      env: { AIDER_ORCHESTRATOR_RECORD: cassette },
    },
    async (stage) => {
      const { python } = await realAider(join(toolCacheFolder(), 'aider-orchestrator'));
      await writeFile(join(folder, 'aider'), aiderSpy(python), { mode: 0o755 });
      const command = { 'aider-command': join(folder, 'aider'), 'agent-start': 'plain' };
      const inputs = { ...command, validation: 'spy: node scripts/spy.js' };
      return runOn((each) => each.labelled(each.openIssue()), inputs)(stage);
    },
  );

  story.it('is carried out to its end, though all its agents and tests are spies', ({ summary, journal }) => {
    expect(summary).toMatchObject({ status: 'succeeded', isolation: 'sandbox' });
    expect(eventsOf(journal, 'iteration-ended').map(({ outcome }) => outcome)).toEqual([
      'validation-failed',
      'changed',
    ]);
  });

  story.it('lets neither see a key, a token or a variable of the job, in any form', ({ logs, secrets }) => {
    const named = (pattern: RegExp) =>
      [...logs].flatMap(([name, text]) => (pattern.test(name) ? decodeDumps(text) : []));
    const [agents, tests] = [named(/^agent1_/), named(/^events-/)];
    expect([agents.length, tests.length >= 4]).toEqual([2, true]);
    for (const dump of agents) expect(JSON.parse(dump)).toMatchObject({ env: { OPENAI_API_KEY: expect.any(String) } });
    for (const dump of [...agents, ...tests]) {
      expect(JSON.parse(dump)).toMatchObject({ env: { PATH: expect.any(String) }, marked: [] });
      expect(marksOf(secrets).filter(([, value]) => dump.includes(value))).toEqual([]);
    }
  });

  story.it('has no key in its cassette', async ({ secrets, model }) => {
    const text = await readFile(cassette, 'utf8');
    expect(text.split('\n').length).toBeGreaterThan(model.requests.length);
    expect(marksOf(secrets).filter(([, value]) => text.includes(value))).toEqual([]);
  });
});
