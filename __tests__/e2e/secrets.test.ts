import { edits, onTask, write } from '../../demo/model/index.js';
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
