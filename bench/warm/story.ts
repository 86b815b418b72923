import { crud } from '../../demo/scenarios/index.js';
import { renderPrd } from '../../src/core/render/prd.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { readEnding } from '../../__tests__/support/e2e-ending.js';
import { openStage } from '../../__tests__/support/e2e-stage.js';

export interface StoryOptions {
  readonly agentStart: 'warm' | 'plain';
  /** Of every answer, ms. */
  readonly latencyMs: number;
  /** PRD and plan in the repository, or asked of the model first. */
  readonly plan: 'brought' | 'asked';
}

export interface Told {
  readonly wallMs: number;
  /** Of the orchestrator's own process. */
  readonly maxRssMb: number;
  /** Length of each phase. */
  readonly phases: Readonly<Record<string, number>>;
  /** Where the time of each task went. */
  readonly tasks: readonly TaskTimes[];
}

export interface TaskTimes {
  readonly id: string;
  /** After the start of the first. */
  readonly startedMs: number;
  /** To the model's first request. */
  readonly toAskMs: number;
  /** From its last answer until it had landed. */
  readonly toLandMs: number;
}

/** The six-task plan (four free, one after all four, one after that) through the built action, with real Aiders. */
export const tellStory = async (options: StoryOptions): Promise<Told> => {
  const isBrought = options.plan === 'brought';
  const files = { 'docs/prd.md': renderPrd(crud.prd), 'docs/plan.json': JSON.stringify(crud.plan) };
  const stage = await openStage({ script: crud.script, latencyMs: options.latencyMs, ...(isBrought ? { files } : {}) });
  try {
    const event = stage.labelled(stage.openIssue(crud.issue.title, crud.issue.body));
    const brought = isBrought ? { prd: 'docs/prd.md', plan: 'docs/plan.json' } : {};
    const inputs = { ...crud.inputs, ...brought, 'agent-start': options.agentStart };
    const run = await (await stage.start(event, inputs)).ended;
    if (run.outputs['status'] !== 'succeeded') throw new Error(`the run did not succeed:\n${stage.transcript()}`);
    const { journal } = await readEnding(stage, run);
    const asked = new Map(stage.model.requests.map((each) => [each.question.task ?? each.question.kind, each]));
    await run.dispose();
    return {
      wallMs: run.durationMs,
      maxRssMb: (run.maxRssKb ?? Number.NaN) / 1024,
      phases: phasesOf(journal),
      tasks: tasksOf(journal, (id) => ({ at: asked.get(id)?.at ?? 0, endedAt: asked.get(id)?.endedAt ?? 0 })),
    };
  } finally {
    await stage.close();
  }
};

const phasesOf = (journal: readonly RunEvent[]): Record<string, number> => {
  const ended = journal.filter((event) => event.type === 'phase-ended');
  const between = journal.at(-1)?.at ?? 0;
  return Object.fromEntries([
    ...ended.map(({ phase, durationMs }) => [phase, durationMs] as const),
    ['journal', between - (journal[0]?.at ?? 0)],
  ]);
};

const tasksOf = (
  journal: readonly RunEvent[],
  asked: (id: string) => { readonly at: number; readonly endedAt: number },
): readonly TaskTimes[] => {
  const starts = journal.filter((event) => event.type === 'task-started');
  const first = starts[0]?.at ?? 0;
  return starts.map(({ task, at }) => {
    const landedAt = journal.find((event) => event.type === 'task-landed' && event.task === task)?.at ?? Number.NaN;
    const { at: askedAt, endedAt } = asked(task);
    return { id: task, startedMs: at - first, toAskMs: askedAt - at, toLandMs: landedAt - endedAt };
  });
};
