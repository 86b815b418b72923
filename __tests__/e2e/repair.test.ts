import { edits, onRepair, onTask, text, write } from '../../demo/model/index.js';
import type { Reply } from '../../demo/model/index.js';
import { eventsOf } from '../support/e2e-ending.js';
import { broughtAlong, fileOf, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';

/*
 * Each of two tasks is green alone: it takes a name nobody else has. Together they are red, as both take the same.
 */

/** Fails when two files of src/ export the same name as their `label`. Says which files only when told to. */
const checker = `import { readFileSync, readdirSync } from 'node:fs';

const seen = new Map();
for (const file of readdirSync('src').filter((name) => name.endsWith('.js'))) {
  const label = /label = '(.*)'/.exec(readFileSync('src/' + file, 'utf8'))?.[1];
  if (label === undefined) continue;
  if (seen.has(label)) {
    console.error('label ' + label + ' is taken twice' + (process.argv[2] === '--blame' ? ', see src/' + seen.get(label) : ''));
    process.exitCode = 1;
  }
  seen.set(label, file);
}
`;

const labelled = (id: string, label: string): Reply =>
  edits(`I take the label ${label}.`, write(fileOf(id), `export const label = '${label}';\n`));

const plan = smallPlan(smallTask('anna'), smallTask('bert'));
const both = [onTask('anna', labelled('anna', 'x')), onTask('bert', labelled('bert', 'x'))];
const brought = broughtAlong(plan);
const files = { ...brought.files, 'scripts/labels.js': checker };

describe('two tasks that are green alone and red together, where a repair helps', () => {
  const story = tellStory(
    { script: smallScript(plan, onRepair('bert', labelled('bert', 'y')), ...both), files },
    runOn((stage) => stage.labelled(stage.openIssue()), {
      ...brought.inputs,
      validation: 'labels: node scripts/labels.js',
    }),
  );

  story.it('finds the guilty landing by bisecting, and repairs it', ({ journal, model }) => {
    expect(eventsOf(journal, 'iteration-ended').map(({ outcome }) => outcome)).toEqual(['changed', 'changed']);
    expect(eventsOf(journal, 'repair-started')).toMatchObject([{ round: 1, task: 'bert', commands: ['labels'] }]);
    expect(eventsOf(journal, 'repair-ended')).toMatchObject([{ round: 1, task: 'bert', outcome: 'changed' }]);
    const repair = model.requests.find(({ question }) => question.kind === 'repair');
    expect(repair?.question.text).toContain('label x is taken twice');
  });

  story.it('delivers both, ready', async ({ run, pulls, runNodeOn, summary }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', 'tasks-succeeded': '2', iterations: '3' });
    expect(pulls).toMatchObject([{ draft: false }]);
    expect((await runNodeOn('aider/issue-1', 'scripts/labels.js')).exitCode).toBe(0);
    expect(summary?.validation).toMatchObject([{ name: 'labels', exitCode: 0 }]);
  });

  story.it('marks the repair with the trailers of its task', async ({ commits, summary }) => {
    const ofBert = (await commits('aider/issue-1')).filter((commit) => commit.trailers['Aider-Task'] === 'bert');
    expect(ofBert).toHaveLength(4);
    for (const { trailers } of ofBert) expect(trailers['Aider-Run']).toBe(summary?.runId);
  });
});

describe('two tasks that are green alone and red together, where no repair helps', () => {
  const story = tellStory(
    { script: smallScript(plan, onRepair('bert', text('I do not see what is wrong.')), ...both), files },
    runOn((stage) => stage.labelled(stage.openIssue()), {
      ...brought.inputs,
      validation: 'labels: node scripts/labels.js --blame',
      'max-iterations': '1',
    }),
  );

  story.it(
    'names both, and takes out the later one though the failure names a file of the other',
    ({ summary, journal }) => {
      expect(eventsOf(journal, 'guilty-found')[0]).toMatchObject({ task: 'bert', with: 'anna' });
      expect(eventsOf(journal, 'repair-ended')).toMatchObject([{ task: 'bert', outcome: 'no-change' }]);
      expect(summary?.tasks.map(({ id, status }) => [id, status])).toEqual([
        ['anna', 'landed'],
        ['bert', 'failed'],
      ]);
      expect(summary?.tasks[1]?.failure).toMatchObject({
        reason: 'broke-validation',
        message: expect.stringContaining('together with "anna"') as string,
      });
    },
  );

  story.it('delivers the green rest as a draft', async ({ run, pulls, fileOn, runNodeOn }) => {
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'partial', 'tasks-succeeded': '1' } });
    expect(pulls).toMatchObject([{ draft: true }]);
    expect(await fileOn('aider/issue-1', 'src/bert.js')).toBeUndefined();
    expect(await fileOn('aider/issue-1', 'src/anna.js')).toBeDefined();
    expect((await runNodeOn('aider/issue-1', 'scripts/labels.js')).exitCode).toBe(0);
  });

  story.it(
    'keeps the work that was taken out on a branch of its own, and says what to do',
    async ({ branches, fileOn, pulls }) => {
      expect(branches).toContain('refs/heads/aider-agents/issue-1/agent-2');
      expect(await fileOn('aider-agents/issue-1/agent-2', 'src/bert.js')).toBeDefined();
      expect(pulls[0]?.body).toContain('node scripts/labels.js --blame');
      expect(pulls[0]?.body).toContain('Taken out');
    },
  );
});
