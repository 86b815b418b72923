import type { Failure } from '../../src/core/failure.js';
import { Task, type Plan, type PlanDocument, type TaskId } from '../../src/core/plan/plan.js';
import type { Prd } from '../../src/core/prd.js';
import type { Request } from '../../src/core/request/request.js';
import type { FileChange, JudgedResult, RunEvent, RunEventBody } from '../../src/core/run/event.js';
import { replay } from '../../src/core/run/apply.js';
import type { Run } from '../../src/core/run/run.js';
import type { Usage } from '../../src/core/usage.js';
import type { CommandResult } from '../../src/core/validation.js';

/** When every built run starts: 2026-03-02T09:00:00Z, in epoch milliseconds. */
export const startOfTime = Date.UTC(2026, 2, 2, 9);

export const taskId = (id: string): TaskId => id as TaskId;

/** A task that writes `src/<id>.ts` and depends on nothing; every default can be overridden. */
export const aTask = (id = 'one', over: Partial<Omit<Task, 'dependsOn'>> & { dependsOn?: readonly string[] } = {}) =>
  Task.parse({
    id,
    title: `Do ${id}`,
    kind: 'implementation',
    instructions: `Write src/${id}.ts.`,
    writes: [`src/${id}.ts`],
    ...over,
  });

/** A plan of these tasks, taken as checked: the caller answers for ids, edges and writes. */
export const aPlan = (tasks: readonly Task[] = [aTask()], over: Partial<PlanDocument> = {}): Plan =>
  ({
    version: 1,
    title: 'A plan',
    conventions: [],
    acceptance: [],
    contracts: [],
    tasks: [...tasks],
    ...over,
  }) as unknown as Plan;

export const aPrd = (over: Partial<Prd> = {}): Prd => ({
  title: 'A change',
  goal: 'The thing works.',
  scope: ['src'],
  nonGoals: [],
  acceptance: [{ id: 'AC1', text: 'It works.' }],
  risks: [],
  openQuestions: [],
  ...over,
});

export const aRequest = (over: Partial<Request> = {}): Request => ({
  source: 'label',
  actor: 'mona',
  title: 'Make it work',
  body: 'It does not work yet.',
  number: 42,
  ...over,
});

export const aFailure = (over: Partial<Failure> = {}): Failure => ({
  reason: 'validation-failed',
  who: 'user',
  message: 'The tests are still red after 3 iterations.',
  action: 'Look at the output, then comment `/aider retry one`.',
  ...over,
});

export const aUsage = (over: Partial<Usage> = {}): Usage => ({
  requests: 1,
  tokensSent: 1000,
  tokensReceived: 200,
  costUsd: 0.01,
  ...over,
});

export const aChange = (path = 'src/one.ts', over: Partial<FileChange> = {}): FileChange => ({
  path,
  kind: 'modified',
  linesAdded: 10,
  linesDeleted: 2,
  ...over,
});

export const aResult = (name = 'test', over: Partial<CommandResult> = {}): CommandResult => ({
  name,
  command: `npm run ${name}`,
  exitCode: 0,
  timedOut: false,
  durationMs: 1200,
  output: '',
  ...over,
});

export const aJudged = (name = 'test', over: Partial<JudgedResult> = {}): JudgedResult => ({
  ...aResult(name),
  verdict: 'green',
  ...over,
});

type Body<Type extends RunEventBody['type']> = Omit<Extract<RunEventBody, { type: Type }>, 'type'>;

export const runStarted = (over: Partial<Body<'run-started'>> = {}): RunEventBody => ({
  type: 'run-started',
  runId: 'r1',
  request: aRequest(),
  base: { branch: 'main', sha: '1'.repeat(40) },
  models: { agent: 'openai/gpt-4o', prd: 'gemini/gemini-2.5-pro' },
  maxAgents: 4,
  ...over,
});

export const planMade = (plan: Plan = aPlan(), over: Partial<Body<'plan-made'>> = {}): RunEventBody => ({
  type: 'plan-made',
  plan,
  hash: 'a'.repeat(64),
  origin: 'model',
  notes: [],
  ...over,
});

export const taskStarted = (task: string, over: Partial<Body<'task-started'>> = {}): RunEventBody => ({
  type: 'task-started',
  task: taskId(task),
  agent: 1,
  attempt: 1,
  model: 'openai/gpt-4o',
  mode: 'fresh',
  ...over,
});

export const iterationStarted = (task: string, attempt = 1, iteration = 1): RunEventBody => ({
  type: 'iteration-started',
  task: taskId(task),
  attempt,
  iteration,
});

export const iterationEnded = (task: string, over: Partial<Body<'iteration-ended'>> = {}): RunEventBody => ({
  type: 'iteration-ended',
  task: taskId(task),
  attempt: 1,
  iteration: 1,
  outcome: 'changed',
  usage: aUsage(),
  durationMs: 1000,
  detail: '',
  changes: [aChange(`src/${task}.ts`)],
  refused: [],
  validation: [],
  ...over,
});

export const taskLanding = (task: string, attempt = 1): RunEventBody => ({
  type: 'task-landing',
  task: taskId(task),
  attempt,
  commit: 'c'.repeat(40),
});

export const taskLanded = (task: string, over: Partial<Body<'task-landed'>> = {}): RunEventBody => ({
  type: 'task-landed',
  task: taskId(task),
  attempt: 1,
  commit: 'c'.repeat(40),
  head: 'd'.repeat(40),
  changes: [aChange(`src/${task}.ts`)],
  ...over,
});

/** Numbers bodies into journal events; each comes `[milliseconds after startOfTime, body]`. */
export const timeline = (...steps: readonly (readonly [number, RunEventBody])[]): readonly RunEvent[] =>
  steps.map(([ms, body], index) => ({ ...body, seq: index + 1, at: startOfTime + ms }));

/** The run these steps lead to, after a `run-started` at 0 that stands for itself when the first step is none. */
export const aRun = (...steps: readonly (readonly [number, RunEventBody])[]): Run => {
  const opened = steps[0]?.[1].type === 'run-started' ? steps : ([[0, runStarted()], ...steps] as const);
  const run = replay(timeline(...opened));
  if (run === undefined) throw new Error('a run opens with run-started');
  return run;
};
