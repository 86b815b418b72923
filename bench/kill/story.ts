import type { PlanDocument } from '../../src/core/plan/plan.js';
import type { Prd } from '../../src/core/prd.js';
import type { Reply, Rule, Script } from '../../demo/model/index.js';
import { edits, onPlan, onPrd, onTask, text, write } from '../../demo/model/index.js';
import { planOf } from '../../demo/scenarios/scenario.js';

const prd: Prd = {
  title: 'Five modules',
  goal: 'Five modules are there.',
  scope: ['src'],
  nonGoals: [],
  acceptance: [{ id: 'AC1', text: 'There are five modules' }],
  risks: [],
  openQuestions: [],
};

const dependsOn: Readonly<Record<string, readonly string[]>> = {
  types: [],
  left: ['types'],
  right: ['types'],
  apart: [],
  whole: ['left', 'right'],
};

export const taskIds = Object.keys(dependsOn);

export const fileOf = (id: string): string => `src/${id}.js`;

export const textOf = (id: string): string => `export const ${id} = '${id}';\n`;

/** Five tasks: one, two on top of it, one on top of those, and one apart. */
const plan: PlanDocument = planOf({
  version: 1,
  title: prd.title,
  acceptance: prd.acceptance,
  tasks: taskIds.map((id) => ({
    id,
    title: `Add ${id}`,
    kind: 'implementation',
    instructions: `Export ${id}.`,
    writes: [fileOf(id)],
    dependsOn: [...(dependsOn[id] ?? [])] as never[],
    acceptance: ['AC1'],
    estimateMinutes: 10,
  })),
});

/** What the model says: to the real Aider edits in its own format, to the stand-in the text of the file. */
export const script = (aider: 'fake' | 'real'): Script => {
  const reply = (id: string): Reply =>
    aider === 'real' ? edits(`I add ${id}.`, write(fileOf(id), textOf(id))) : text(textOf(id));
  const rules: readonly Rule[] = taskIds.map((id) => onTask(id, reply(id)));
  return { name: 'five modules', rules: [onPrd(prd), onPlan(plan), ...rules] };
};
