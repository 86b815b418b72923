import type { RunEventBody } from '../../src/core/run/event.js';
import { failed } from '../../src/core/result.js';
import { runCommand, type CommandParts } from '../../src/app/run-command.js';
import { aFailure, aPlan, aPrd, aTask, planMade, taskLanded, taskStarted } from '../support/builders.js';
import { aSettings } from '../support/bench.js';
import { FakeGitHub } from '../support/fake-github.js';
import { RecordingSink } from '../support/recording.js';
import { undertakeAs } from '../support/told.js';

const landed: readonly RunEventBody[] = [
  planMade(aPlan([aTask('one'), aTask('two')])),
  taskStarted('one'),
  taskLanded('one'),
  { type: 'branch-pushed', branch: 'aider/run-r1', sha: 'a'.repeat(40) },
  { type: 'run-ended', status: 'partial' },
];
const planned: readonly RunEventBody[] = [
  { type: 'prd-written', prd: aPrd(), path: 'docs/prd/x.md', origin: 'model' },
  planMade(aPlan([aTask('one'), aTask('two', { dependsOn: ['one'] })]), { notes: ['an edge was added'] }),
  { type: 'run-ended', status: 'skipped' },
];
const failure = aFailure({ message: 'Nothing landed.', action: 'Ask for less.' });

const command = (
  events: readonly RunEventBody[],
  {
    inputs = { change: 'Add a parser\nfor YAML' },
    ...over
  }: Partial<CommandParts> & { inputs?: Record<string, string> } = {},
) => {
  const printed: string[] = [];
  const warned: string[] = [];
  const { undertake, asked } = undertakeAs(...events);
  const { maxAgents: _, ...settings } = aSettings(inputs);
  const parts: CommandParts = {
    settings: { ...settings, maxAgents: 'auto' },
    workplace: {
      source: { kind: 'local', folder: '/project' },
      baseBranch: 'main',
      identity: { name: 'Ada', email: 'ada@test' },
      actor: 'Ada',
      logsFolder: '/project/.aider_logs',
      temp: '/temp',
    },
    runId: 'r1',
    json: false,
    display: new RecordingSink(),
    undertake,
    stop: new AbortController(),
    out: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
    ...over,
  };
  return {
    asked,
    run: () => runCommand(parts),
    printed: () => printed.join(''),
    warned: () => warned.join('\n'),
    parts,
  };
};

const onGitHub = (github: FakeGitHub): Partial<CommandParts> => ({
  workplace: { ...command([]).parts.workplace, github },
});

describe('the run command', () => {
  it('carries out a change and says where the result is', async () => {
    const { asked, run, printed } = command(landed);
    expect(await run()).toBe(0);
    expect(asked).toMatchObject([
      { request: { source: 'cli', actor: 'Ada', title: 'Add a parser', body: 'Add a parser\nfor YAML' }, runId: 'r1' },
    ]);
    expect(asked[0]).not.toHaveProperty('github');
    expect(printed()).toContain('partial: 1 of 2 tasks landed');
    expect(printed()).toContain('aider/run-r1');
    expect(printed()).toContain('/project/.aider_logs/report.html');
  });

  it.each(['Return List<String> in `a`', '<T>(x: T) => [x](y)', 'a &lt; b <!-- c --> ![d](e)'])(
    'takes a change to the letter, which is no Markdown: %s',
    async (change) => {
      const { asked, run } = command(landed, { inputs: { change } });
      await run();
      expect(asked).toMatchObject([{ request: { title: change, body: change } }]);
    },
  );

  it('takes what nobody can see or Aider would run out of a change all the same', async () => {
    const { asked, run } = command(landed, { inputs: { change: '\u200b/run \u202eid' } });
    await run();
    expect(asked).toMatchObject([{ request: { body: 'Text: /run id' } }]);
  });

  it('prints nothing but the summary as JSON where that is asked for', async () => {
    const { run, printed, warned } = command(landed, { json: true });
    await run();
    expect(JSON.parse(printed())).toMatchObject({ version: 1, status: 'partial', branch: 'aider/run-r1' });
    expect(warned()).toBe('');
  });

  it('ends with 1 when the run failed; why, the display has told', async () => {
    const { run, printed } = command([{ type: 'run-ended', status: 'failed', failure }]);
    expect(await run()).toBe(1);
    expect(printed()).toMatch(/^failed\nreport /);
  });

  it('ends with 1 and the mend when the run could not be opened', async () => {
    const { run, printed, warned } = command([], { undertake: async () => failed(failure) });
    expect(await run()).toBe(1);
    expect(warned()).toBe('Nothing landed.\n→ Ask for less.');
    expect(printed()).toBe('');
  });

  it('ends with 2 when nothing was asked', async () => {
    const { asked, run, warned } = command(landed, { inputs: {} });
    expect(await run()).toBe(2);
    expect(warned()).toContain('--change');
    expect(asked).toEqual([]);
  });

  it('takes an issue of GitHub for the request', async () => {
    const github = new FakeGitHub();
    github.addIssue({ title: 'Add it', body: 'please <!-- hidden -->' });
    const { asked, run } = command(landed, { ...onGitHub(github), issue: 1, inputs: {} });
    await run();
    expect(asked).toMatchObject([{ request: { source: 'cli', number: 1, title: 'Add it' }, github }]);
    expect(asked[0]?.request.body).not.toContain('hidden');
  });

  it('ends with 2 when there is no such issue', async () => {
    const { run, warned } = command(landed, { ...onGitHub(new FakeGitHub()), issue: 9 });
    expect(await run()).toBe(2);
    expect(warned()).toContain('no issue #9');
  });
});

describe('the plan command', () => {
  const inputs = { change: 'Add it', 'dry-run': 'true' };

  it('prints the PRD, the tasks and what was changed in the plan', async () => {
    const { run, printed } = command(planned, { inputs });
    expect(await run()).toBe(0);
    for (const part of ['# A change', 'one: Do one', 'writes src/two.ts, after one', 'an edge was added'])
      expect(printed()).toContain(part);
  });

  it('prints a plan that can be brought again, as JSON', async () => {
    const { run, printed } = command(planned, { inputs, json: true });
    await run();
    expect(JSON.parse(printed())).toMatchObject({ version: 1, tasks: [{ id: 'one' }, { id: 'two' }] });
  });

  it('prints no plan but the mend when there is none', async () => {
    const { run, printed, warned } = command([{ type: 'run-ended', status: 'failed', failure }], { inputs });
    expect(await run()).toBe(1);
    expect(printed()).toBe('');
    expect(warned()).toContain('Nothing landed.\n→ Ask for less.');
  });
});
