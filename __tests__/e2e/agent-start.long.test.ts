import { edits, onTask, replace, write } from '../../demo/model/index.js';
import type { Ending } from '../support/e2e-ending.js';
import {
  after,
  broughtAlong,
  fileOf,
  goodEdit,
  goodText,
  smallPlan,
  smallScript,
  smallTask,
} from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';
import { runGit } from '../support/git-repo.js';

/*
 * The same story with warm agents and with Aider started anew for each message. The first task needs a second message,
 * since its own command is red after the first.
 */

const check = { run: `grep -q first ${fileOf('first')}` };
const plan = smallPlan(
  smallTask('first', { verify: [check] }),
  smallTask('second'),
  smallTask('third', { dependsOn: after('first', 'second'), reads: [fileOf('first'), fileOf('second')] }),
);
const script = smallScript(
  plan,
  onTask(
    'first',
    edits('I begin.', write(fileOf('first'), "export const one = '1';\n")),
    edits('I mend it.', replace(fileOf('first'), "export const one = '1';\n", goodText('first'))),
  ),
  onTask('second', goodEdit('second')),
);
const { files, inputs } = broughtAlong(plan);

/** What must not differ: what was asked, what was committed, and what Aider says of itself. */
const told = async ({ model, commits, logs, github, repo, summary }: Ending) => {
  const byText = (a: string, b: string): number => (a < b ? -1 : 1);
  const made = await commits('aider/issue-1');
  const ofTasks = made.filter((commit) => commit.trailers['Aider-Task'] !== undefined && commit.parents.length === 1);
  const trees = ofTasks.map(async ({ sha, trailers }) => [
    trailers['Aider-Task'],
    await runGit(github.gitDir(repo), 'rev-parse', `${sha}^{tree}`),
  ]);
  const events = [...logs]
    .filter(([name]) => /^agent\d+_.*\.jsonl$/.test(name))
    .sort(([a], [b]) => byText(a, b))
    .map(([name, text]) => [name, text.trim().split('\n').map(withoutTime)]);
  return {
    bodies: model.requests.map(({ body }) => body).sort(byText),
    trees: (await Promise.all(trees)).map((each) => each.join(' ')).sort(byText),
    events,
    tasks: summary?.tasks.map(({ id, status, iterations, attempts, tokens, linesAdded }) => ({
      ...{ id, status, iterations, attempts, tokens, linesAdded },
    })),
  };
};

/** An event of Aider's without its time and the user it makes up at every start. */
const withoutTime = (line: string): unknown => {
  const { event, properties } = JSON.parse(line) as Record<string, unknown>;
  return { event, properties };
};

describe('agents that are warm and agents that are started plainly', () => {
  const ends: Record<string, Awaited<ReturnType<typeof told>>> = {};

  for (const start of ['warm', 'plain']) {
    describe(`started ${start}`, () => {
      const story = tellStory(
        { script, files },
        runOn((stage) => stage.labelled(stage.openIssue()), { ...inputs, 'agent-start': start }),
      );
      story.it('succeed, the first task with its second message', async (ending) => {
        expect(ending.run.outputs).toMatchObject({ status: 'succeeded', iterations: '4' });
        expect(ending.run.annotations).toEqual([]);
        ends[start] = await told(ending);
      });
    });
  }

  it('ask the same bytes, make the same commits and tell the same of themselves', () => {
    expect(ends['warm']?.bodies).toHaveLength(4);
    expect(ends['warm']?.trees).toHaveLength(3);
    expect(ends['warm']).toEqual(ends['plain']);
  });
});
