import type { Failure } from '../core/failure.js';
import { planHash } from '../core/plan/plan-hash.js';
import { parsePlan, type PlanFault } from '../core/plan/parse-plan.js';
import { PlanDocument, type Plan } from '../core/plan/plan.js';
import { fallbackPlan, splitPlan } from '../core/plan/split.js';
import type { Prd } from '../core/prd.js';
import type { RepositoryContext } from '../core/prompts/context.js';
import { planQuestion } from '../core/prompts/plan-question.js';
import { expandPaths } from '../core/policy/scope.js';
import { failed, success, type Result } from '../core/result.js';
import type { Tools } from './tools.js';

/** Faults go back to the model this often; then the request becomes one task. */
const maxCorrections = 2;

type Origin = 'model' | 'file' | 'split' | 'fallback';
type Planned = Result<{ readonly plan: Plan; readonly notes: readonly string[]; readonly origin: Origin }, Failure>;

/** The plan of the run's request: brought (`plan`), made by `split`, or asked of a model and parsed by code. */
export const makePlan = async (
  tools: Tools,
  given: { readonly prd: Prd; readonly context: () => Promise<RepositoryContext>; readonly boundary: string },
): Promise<Result<Plan, Failure>> => {
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

const choosePlan = async (tools: Tools, given: Parameters<typeof makePlan>[1]): Promise<Planned> => {
  const { settings } = tools;
  if (settings.plan !== undefined) return readPlan(tools, settings.plan);
  if (settings.split.kind !== 'auto') return planBySplit(tools, given.prd);
  return askForPlan(tools, given);
};

const limitsOf = async ({ settings, repository }: Tools) => ({
  protectedFiles: settings.protectedFiles,
  files: await repository.listFiles(repository.base.sha),
  allowedFiles: settings.files,
  maxTasks: 50,
});

const readPlan = async (tools: Tools, path: string): Promise<Planned> => {
  const { repository } = tools;
  const text = await repository.readFile(repository.base.sha, path);
  if (text === undefined)
    return failed({
      reason: 'plan-missing',
      who: 'user',
      message: `plan: expected a file at ${path} on ${repository.base.branch}; there is none.`,
      action: `Commit ${path}, or leave the plan setting out so that a model plans.`,
    });
  const document = readJson(text);
  if (!document.ok) return failed(invalid(path, [document.failure]));
  const parsed = parsePlan(document.value, await limitsOf(tools));
  if (!parsed.ok) return failed(invalid(path, parsed.failure.map(faultText)));
  return success({ ...parsed.value, origin: 'file' });
};

const readJson = (text: string): Result<unknown, string> => {
  try {
    return success(JSON.parse(text) as unknown);
  } catch (error) {
    return failed(`expected JSON; ${error instanceof Error ? error.message : String(error)}`);
  }
};

const faultText = ({ path, message }: PlanFault): string => (path === '' ? message : `${path}: ${message}`);

const invalid = (path: string, faults: readonly string[]): Failure => ({
  reason: 'plan-invalid',
  who: 'user',
  message: `plan: ${path} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  action: `Mend ${path} (its form is schema/plan.schema.json), or leave the plan setting out so that a model plans.`,
});

const planBySplit = async (tools: Tools, prd: Prd): Promise<Planned> => {
  const { settings, repository, recorder } = tools;
  const { split } = settings;
  const changed = split.kind === 'diff' ? await repository.changedSince(split.ref) : undefined;
  if (split.kind === 'diff' && changed === undefined) return failed(unknownRef(split.ref));
  const limits = await limitsOf(tools);
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

const askForPlan = async (
  tools: Tools,
  { prd, context, boundary }: Parameters<typeof makePlan>[1],
): Promise<Planned> => {
  const { settings, recorder, model, signal } = tools;
  const limits = await limitsOf(tools);
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
  const limits = await limitsOf(tools);
  const document = fallbackPlan({ ...limits, request: tools.recorder.run.request, prd });
  const parsed = parsePlan(document, limits);
  if (!parsed.ok) throw new Error(`The fallback plan has faults: ${parsed.failure.map(faultText).join('; ')}`);
  const notes = [
    ...parsed.value.notes,
    `The model's plan still had faults after ${maxCorrections} corrections (${faults.slice(0, 3).join('; ')}), so the request is one task.`,
  ];
  return success({ plan: parsed.value.plan, notes, origin: 'fallback' });
};
