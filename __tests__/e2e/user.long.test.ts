import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { edits, onTask, replace, write } from '../../demo/model/index.js';
import { usersAtWork } from '../../src/adapters/other-user/processes-of.js';
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
import { openStage } from '../support/e2e-stage.js';
import { tellStory } from '../support/e2e-story.js';
import { openReachableAider } from '../support/reachable-aider.js';

/*
 * The whole way with agents, set-up and tests as other users. The second task needs a second message: its clone changes
 * hands several times.
 */

const branch = 'aider/issue-1';
const plan = smallPlan(
  smallTask('first'),
  smallTask('second', { dependsOn: after('first'), verify: [{ run: `grep -q second ${fileOf('second')}` }] }),
  smallTask('third'),
);
const script = smallScript(
  plan,
  onTask('first', goodEdit('first')),
  onTask(
    'second',
    edits('I begin.', write(fileOf('second'), "export const one = '1';\n")),
    edits('I mend it.', replace(fileOf('second'), "export const one = '1';\n", goodText('second'))),
  ),
);
const { files, inputs } = broughtAlong(plan);

/** What a run holds of the machine, as it notes it itself for who comes after a killed one. */
interface Held {
  readonly work: string;
  readonly first: number;
  readonly count: number;
}

/** Of the run of a process; undefined before it holds anything. */
const readHeld = async (pid: number): Promise<Held | undefined> => {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const temp = /(?:^|\0)RUNNER_TEMP=([^\0]*)/.exec(environment)?.[1] ?? '';
  const runs = join(temp, 'aider-orchestrator');
  const [run = ''] = await readdir(runs).catch(() => []);
  const text = await readFile(join(runs, run, 'other-user.json'), 'utf8').catch(() => 'null');
  return (JSON.parse(text) as Held | null) ?? undefined;
};

describe('a run with agents as other users', () => {
  let held: Held | undefined;
  const seen = new Set<number>();
  const look = async (pid: number): Promise<void> => {
    held ??= await readHeld(pid).catch(() => undefined);
    if (held !== undefined) (await usersAtWork(held)).forEach((id) => seen.add(id));
  };
  const story = tellStory({ script, files, latencyMs: 500 }, async (stage) => {
    const aider = await openReachableAider();
    const event = stage.labelled(stage.openIssue());
    const given = {
      ...inputs,
      isolation: 'user',
      'setup-command': 'id -u > set-up-as',
      'aider-command': aider.command,
    };
    const running = await stage.start(event, given);
    const looking = setInterval(() => void look(running.pid), 50);
    return running.ended.finally(() => {
      clearInterval(looking);
      return aider.close();
    });
  });

  story.it('ends in a pull request with the work of all tasks', async ({ run, pulls, fileOn, summary }) => {
    expect(run.exitCode).toBe(0);
    expect(run.outputs['status']).toBe('succeeded');
    expect(pulls).toMatchObject([{ head: branch, base: 'main', draft: false, mergeable: true }]);
    for (const id of ['first', 'second', 'third'])
      expect(`${(await fileOn(branch, fileOf(id))) ?? ''}\n`).toBe(goodText(id));
    expect(summary?.tasks.find(({ id }) => id === 'second')?.iterations).toBe(2);
  });

  story.it('says everywhere which isolation it had, what it leaves open and what raises it', (ending) => {
    const { summary, run, pulls, trackingComments, logs } = ending;
    expect(summary?.isolation).toBe('user');
    const report = [...logs].find(([name]) => name.startsWith('report-'))?.[1];
    for (const text of [trackingComments(1)[0]?.body, pulls[0]?.body, run.summaryMarkdown, report]) {
      expect(text).toContain('isolation: user');
      expect(text).toContain('what every user of the machine may read');
      expect(text).toContain('Install bubblewrap');
    }
  });

  story.it('had several users at work, and leaves none of them, no table and no folder', async () => {
    if (held === undefined) throw new Error('the run held nothing');
    expect(seen.size).toBeGreaterThan(2);
    expect([...(await usersAtWork(held))]).toEqual([]);
    expect((await execa('nft', ['list', 'tables'])).stdout).not.toContain(`aider_orchestrator_${held.first}`);
    await expect(stat(held.work)).rejects.toThrow('ENOENT');
  });
});

describe('a run that is killed while another user is at work', () => {
  it('is cleaned up after by the post step', async () => {
    const stage = await openStage({ script, files });
    const event = stage.labelled(stage.openIssue());
    const running = await stage.start(event, { ...inputs, isolation: 'user', 'setup-command': 'touch up; sleep 600' });
    let held: Held | undefined;
    const isSetUp = async (): Promise<boolean> => {
      held ??= await readHeld(running.pid).catch(() => undefined);
      const clones = join(held?.work ?? '/nowhere', 'clones');
      const names = await readdir(clones).catch(() => []);
      return names.some((name) => existsSync(join(clones, name, 'repository', 'up')));
    };
    while (!(await isSetUp())) await new Promise((resolve) => setTimeout(resolve, 20));
    running.kill('SIGKILL');
    const run = await running.ended;
    try {
      if (held === undefined) throw new Error('the run held nothing');
      expect(run.endedBy).toBe('SIGKILL');
      expect(run.post?.exitCode).toBe(0);
      expect([...(await usersAtWork(held))]).toEqual([]);
      expect((await execa('nft', ['list', 'tables'])).stdout).not.toContain(`aider_orchestrator_${held.first}`);
      await expect(stat(held.work)).rejects.toThrow('ENOENT');
    } finally {
      await run.dispose();
      await stage.close();
    }
  }, 60_000);
});
