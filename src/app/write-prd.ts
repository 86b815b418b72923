import type { Failure } from '../core/failure.js';
import { Prd } from '../core/prd.js';
import { parsePrd } from '../core/parse-prd.js';
import { prdQuestion } from '../core/prompts/prd-question.js';
import type { RepositoryContext } from '../core/prompts/context.js';
import { failed, success, type Result } from '../core/result.js';
import type { Tools } from './tools.js';

/** The PRD of the run's request: the one it brings (`prd`), else one written by the `prd-model`. */
export const writePrd = async (
  tools: Tools,
  context: () => Promise<RepositoryContext>,
  boundary: string,
): Promise<Result<Prd, Failure>> => {
  const brought = tools.settings.prd;
  const written =
    brought === undefined ? await askForPrd(tools, await context(), boundary) : await readPrd(tools, brought);
  if (!written.ok) return written;
  const path = brought ?? prdPath(tools, written.value);
  tools.recorder.record({
    type: 'prd-written',
    prd: written.value,
    path,
    origin: brought === undefined ? 'model' : 'file',
  });
  return written;
};

const readPrd = async ({ repository }: Tools, path: string): Promise<Result<Prd, Failure>> => {
  const text = await repository.readFile(repository.base.sha, path);
  if (text === undefined)
    return failed({
      reason: 'prd-missing',
      who: 'user',
      message: `prd: expected a file at ${path} on ${repository.base.branch}; there is none.`,
      action: `Commit ${path}, or leave the prd setting out so that a model writes it.`,
    });
  const parsed = parsePrd(text);
  if (parsed.ok) return parsed;
  return failed({
    reason: 'prd-invalid',
    who: 'user',
    message: `prd: ${path} is no PRD: ${parsed.failure.join('; ')}.`,
    action: `Mend ${path}, or leave the prd setting out so that a model writes it.`,
  });
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
