import type { Failure } from '../core/failure.js';
import { planHash } from '../core/plan/plan-hash.js';
import { parsePlan, type ParsedPlan } from '../core/plan/parse-plan.js';
import { faultText } from '../core/plan/plan-fault.js';
import { PlanDocument, type Plan } from '../core/plan/plan.js';
import { fallbackPlan, splitPlan } from '../core/plan/split.js';
import type { Prd } from '../core/prd.js';
import type { RepositoryContext } from '../core/prompts/context.js';
import { planQuestion } from '../core/prompts/plan-question.js';
import { expandPaths } from '../core/policy/scope.js';
import { failed, success, type Result } from '../core/result.js';
import { planRules } from './plan-rules.js';
import type { Tools } from './tools.js';

/** Faults go back to the model this often; then the request becomes one task. */
const maxCorrections = 2;

type Origin = 'model' | 'file' | 'split' | 'fallback';
type Planned = Result<{ readonly plan: Plan; readonly notes: readonly string[]; readonly origin: Origin }, Failure>;

export interface PlanMaterial {
  /** The plan the request brings, where it does. */
  readonly brought?: ParsedPlan | undefined;
  readonly prd: Prd;
  readonly context: () => Promise<RepositoryContext>;
  /** Random: frames text of others in the question. */
  readonly boundary: string;
}

/** The plan of the run's request: brought (`plan`), made by `split`, or asked of a model and parsed by code. */
export const makePlan = async (tools: Tools, given: PlanMaterial): Promise<Result<Plan, Failure>> => {
  const { settings, recorder, repository } = tools;
  const planned = await choosePlan(tools, given);
  if (!planned.ok) return planned;
  const { plan, notes, origin } = planned.value;
  const { request } = recorder.run;
  const hash = planHash(plan, repository.base.sha, `${request.title}\n\n${request.body}`);
  recorder.record({ type: 'plan-made', plan, hash, origin, notes: [...notes, ...hints(settings)] });
  return success(plan);
};

const hints = (settings: Tools['settings']): readonly string[] =>
  settings.files.length === 0 ? [] : [`Only these files may be written: ${settings.files.join(', ')}.`];

const choosePlan = async (tools: Tools, given: PlanMaterial): Promise<Planned> => {
  if (given.brought !== undefined) return success({ ...given.brought, origin: 'file' });
  if (tools.settings.split.kind !== 'auto') return planBySplit(tools, given.prd);
  return askForPlan(tools, given);
};

const planBySplit = async (tools: Tools, prd: Prd): Promise<Planned> => {
  const { settings, repository, recorder } = tools;
  const { split } = settings;
  const changed = split.kind === 'diff' ? await repository.changedSince(split.ref) : undefined;
  if (split.kind === 'diff' && changed === undefined) return failed(unknownRef(split.ref));
  const limits = await planRules(tools);
  const files = filesFor(settings.files, changed ?? limits.files);
  const document = splitPlan({ ...limits, split, request: recorder.run.request, prd, files });
  const parsed = parsePlan(document, limits);
  if (parsed.ok) return success({ ...parsed.value, origin: 'split' });
  return failed({
    reason: 'split-empty',
    who: 'user',
    message: `split: no task can be made of it: ${parsed.failure.map(faultText).join('; ')}.`,
    action: 'Name files that exist and are not protected, or use split: auto.',
  });
};

const filesFor = (picked: readonly string[], files: readonly string[]): readonly string[] =>
  picked.length === 0 ? files : expandPaths(picked, files, files.length);

const unknownRef = (ref: string): Failure => ({
  reason: 'split-ref-unknown',
  who: 'user',
  message: `split: diff:${ref} names a ref this repository does not have.`,
  action: 'Give a branch, tag or commit that exists, for example split: diff:main~5.',
});

const askForPlan = async (tools: Tools, { prd, context, boundary }: PlanMaterial): Promise<Planned> => {
  const { settings, recorder, model, signal } = tools;
  const limits = await planRules(tools);
  let feedback: readonly string[] = [];
  for (let turn = 0; turn <= maxCorrections; turn += 1) {
    const question = planQuestion({
      request: recorder.run.request,
      prd,
      context: await context(),
      boundary,
      limits: { protectedFiles: settings.protectedFiles, allowedFiles: settings.files, maxTasks: limits.maxTasks },
      feedback,
    });
    const answer = await model.ask({
      model: settings.prdModel,
      name: 'plan',
      schema: PlanDocument,
      ...question,
      signal,
    });
    const { usage, durationMs } = answer.ok ? answer.value : { usage: answer.failure.usage, durationMs: 0 };
    recorder.record({ type: 'model-called', phase: 'plan', model: settings.prdModel, usage, durationMs });
    if (!answer.ok && answer.failure.reason !== 'answer-invalid') {
      const { usage: _, ...failure } = answer.failure;
      return failed(failure);
    }
    const parsed = answer.ok ? parsePlan(withAcceptance(answer.value.value, prd), limits) : undefined;
    if (parsed?.ok === true) return success({ ...parsed.value, origin: 'model' });
    feedback = parsed?.failure.map(faultText) ?? [answer.ok ? '' : answer.failure.message];
  }
  return planAsOneTask(tools, prd, feedback);
};

/** The criteria are the PRD's; a plan may only refer to them. */
const withAcceptance = (document: PlanDocument, prd: Prd): PlanDocument => ({
  ...document,
  acceptance: prd.acceptance,
});

const planAsOneTask = async (tools: Tools, prd: Prd, faults: readonly string[]): Promise<Planned> => {
  const limits = await planRules(tools);
  const document = fallbackPlan({ ...limits, request: tools.recorder.run.request, prd });
  const parsed = parsePlan(document, limits);
  if (!parsed.ok) return failed(nothingToWrite(tools, parsed.failure.map(faultText)));
  const notes = [
    ...parsed.value.notes,
    `The model's plan still had faults after ${maxCorrections} corrections (${faults.slice(0, 3).join('; ')}), so the request is one task.`,
  ];
  return success({ plan: parsed.value.plan, notes, origin: 'fallback' });
};

const nothingToWrite = ({ settings }: Tools, faults: readonly string[]): Failure => ({
  reason: 'files-empty',
  who: 'user',
  message: `files: no task may be made of ${settings.files.join(', ') || 'this repository'}: ${faults.join('; ')}.`,
  action: 'Name files or folders that are not protected (protected-files), or leave files out.',
});
