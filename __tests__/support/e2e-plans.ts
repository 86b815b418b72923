import type { z } from 'zod';
import type { PlanDocument, TaskId } from '../../src/core/plan/plan.js';
import type { Prd } from '../../src/core/prd.js';
import { renderPrd } from '../../src/core/render/prd.js';
import type { Reply, Rule, Script } from '../../demo/model/index.js';
import { edits, onPlan, onPrd, onTask, write } from '../../demo/model/index.js';
import { planOf } from '../../demo/scenarios/scenario.js';

type PlanInput = z.input<typeof PlanDocument>;
type TaskInput = PlanInput['tasks'][number];

/** A PRD of one criterion. */
export const smallPrd: Prd = {
  title: 'Greet people',
  goal: 'The service can greet.',
  scope: ['A greeting'],
  nonGoals: ['Other languages'],
  acceptance: [{ id: 'AC1', text: 'There is a greeting' }],
  risks: [],
  openQuestions: [],
};

/** The id of a task, for `dependsOn`. */
export const after = (...ids: readonly string[]): TaskId[] => ids as TaskId[];

/** Where the work of a small task lies. */
export const fileOf = (id: string): string => `src/${id}.js`;

/** A task that writes one file. */
export const smallTask = (id: string, more: Partial<TaskInput> = {}): TaskInput => ({
  id,
  title: `Add ${id}`,
  kind: 'implementation',
  instructions: `Export ${id}.`,
  writes: [fileOf(id)],
  acceptance: ['AC1'],
  ...more,
});

export const smallPlan = (...tasks: readonly TaskInput[]): PlanDocument =>
  planOf({ version: 1, title: smallPrd.title, acceptance: smallPrd.acceptance, tasks: [...tasks] });

/** What an agent of a small task writes. */
export const goodText = (id: string): string => `export const ${id} = '${id}';\n`;

export const goodEdit = (id: string): Reply => edits(`I add ${id}.`, write(fileOf(id), goodText(id)));

/** PRD, plan, the given rules, and of every other task its good edit. */
export const smallScript = (plan: PlanDocument, ...rules: readonly Rule[]): Script => ({
  name: 'small',
  rules: [onPrd(smallPrd), onPlan(plan), ...rules, ...plan.tasks.map(({ id }) => onTask(id, goodEdit(id)))],
});

/** The smallest story there is: one task, one message. */
export const greetingPlan = smallPlan(smallTask('greeting'));
export const greeting: Script = smallScript(greetingPlan);

/** A PRD and a plan in the repository, so that a story that is about neither takes less time. */
export const broughtAlong = (plan: PlanDocument) => ({
  files: { 'docs/prd.md': renderPrd(smallPrd), 'docs/plan.json': JSON.stringify(plan) },
  inputs: { prd: 'docs/prd.md', plan: 'docs/plan.json' },
});
