import type { AcceptanceCriterion } from '../prd.js';
import type { JudgedResult } from '../run/event.js';
import type { Run, TaskRecord } from '../run/run.js';
import type { AcceptanceSummary, AcceptanceVerdict } from './summary.js';
import { lastRound } from './validation.js';

interface Judged {
  readonly verdict: AcceptanceVerdict;
  readonly evidence: string;
}

/**
 * What commands prove about each criterion, and no more:
 *
 * - `not-met` when a task that carries it failed: its work is not in the result.
 * - `met` when every task that carries it landed, the own verify commands of at least one of them were green, and the
 *   last validation of the integrated whole was green too (a verify command ran before the other landings).
 *   Failures that every one was there before the run do not stand against it.
 * - `unknown` otherwise: no task carries it, one was skipped or stopped, no command speaks for it, or the whole is
 *   not green. Green tests of a whole project alone do not show that they test this criterion.
 */
export const judgeAcceptance = (run: Run): readonly AcceptanceSummary[] =>
  criteriaOf(run).map((criterion) => ({ id: criterion.id, text: criterion.text, ...judge(run, criterion) }));

const criteriaOf = (run: Run): readonly AcceptanceCriterion[] => {
  const prd = run.prd?.prd.acceptance ?? [];
  const extra = (run.plan?.plan.acceptance ?? []).filter((each) => !prd.some((known) => known.id === each.id));
  return [...prd, ...extra];
};

const judge = (run: Run, criterion: AcceptanceCriterion): Judged => {
  const carriers = run.tasks.filter((task) => task.task.acceptance.includes(criterion.id));
  if (carriers.length === 0) return unknown('No task of the plan carries it.');
  const failed = carriers.filter((task) => task.state.kind === 'failed');
  if (failed.length > 0) return { verdict: 'not-met', evidence: `Not delivered: ${names(failed)} failed.` };
  const open = carriers.filter((task) => task.state.kind !== 'landed');
  if (open.length > 0) return unknown(`Not landed: ${names(open)}.`);
  const proofs = carriers.flatMap(greenVerify);
  if (proofs.length === 0) return unknown(`Landed with ${names(carriers)}; no command of its own proves it.`);
  return judgeWhole(run, [...new Set(proofs)].map((proof) => `\`${proof}\``).join(', '));
};

const judgeWhole = (run: Run, proof: string): Judged => {
  const results = lastRound(run)?.results ?? [];
  if (results.length === 0) return unknown(`${proof} exit 0 on its own branch; the whole was not validated.`);
  const isFine = ({ verdict }: JudgedResult): boolean => verdict === 'green' || verdict === 'known-failure';
  const red = results.filter((result) => !isFine(result)).map((result) => result.name);
  if (red.length > 0) return unknown(`${proof} exit 0 on its own branch; red on the whole: ${red.join(', ')}.`);
  const whole = results.every(({ verdict }) => verdict === 'green') ? 'green' : 'without a new failure';
  return { verdict: 'met', evidence: `${proof} exit 0; validation of the whole ${whole}.` };
};

/** The task's verify commands when all of them were green in its last iteration; else none. */
const greenVerify = (task: TaskRecord): readonly string[] => {
  const results = task.iterations.findLast((each) => each.validation !== undefined)?.validation ?? [];
  const commands = task.task.verify.map((verify) => verify.run);
  const allGreen = commands.every((run) => results.some((result) => result.command === run && result.exitCode === 0));
  return allGreen ? commands : [];
};

const names = (tasks: readonly TaskRecord[]): string => tasks.map((task) => task.task.id).join(', ');

const unknown = (evidence: string): Judged => ({ verdict: 'unknown', evidence });
