import type { Failure } from '../core/failure.js';
import { Prd } from '../core/prd.js';
import { prdQuestion } from '../core/prompts/prd-question.js';
import type { RepositoryContext } from '../core/prompts/context.js';
import { failed, success, type Result } from '../core/result.js';
import type { Tools } from './tools.js';

export interface PrdMaterial {
  /** The PRD the request brings, where it does. */
  readonly brought?: Prd | undefined;
  readonly context: () => Promise<RepositoryContext>;
  /** Random: frames text of others in the question. */
  readonly boundary: string;
}

/** The PRD of the run's request: the one it brings (`prd`), else one written by the `prd-model`. */
export const writePrd = async (
  tools: Tools,
  { brought, context, boundary }: PrdMaterial,
): Promise<Result<Prd, Failure>> => {
  const { settings, recorder } = tools;
  const prd = brought === undefined ? await askForPrd(tools, await context(), boundary) : success(brought);
  if (!prd.ok) return prd;
  const path = (brought && settings.prd) ?? prdPath(tools, prd.value);
  const origin = brought === undefined ? 'model' : 'file';
  recorder.record({ type: 'prd-written', prd: prd.value, path, origin });
  return prd;
};

const askForPrd = async (tools: Tools, context: RepositoryContext, boundary: string): Promise<Result<Prd, Failure>> => {
  const { recorder, settings, signal, model } = tools;
  const question = prdQuestion({ request: recorder.run.request, context, boundary });
  const answer = await model.ask({ model: settings.prdModel, name: 'prd', schema: Prd, ...question, signal });
  if (!answer.ok) {
    const { usage, ...failure } = answer.failure;
    recorder.record({ type: 'model-called', phase: 'prd', model: settings.prdModel, usage, durationMs: 0 });
    return failed(failure);
  }
  const { usage, durationMs, value } = answer.value;
  recorder.record({ type: 'model-called', phase: 'prd', model: settings.prdModel, usage, durationMs });
  return success(numbered(value));
};

/** Criteria are AC1, AC2, ... in order, whatever numbers the model gave. */
const numbered = (prd: Prd): Prd => ({
  ...prd,
  acceptance: prd.acceptance.map(({ text }, index) => ({ id: `AC${index + 1}`, text })),
});

const prdPath = ({ clock }: Tools, { title }: Prd): string =>
  `docs/prd/${new Date(clock.now()).toISOString().slice(0, 10)}-${slug(title)}.md`;

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50)
    .replace(/-+$/, '') || 'request';
