import type { Failure } from '../core/failure.js';
import { parsePrd } from '../core/parse-prd.js';
import { parsePlan, type ParsedPlan } from '../core/plan/parse-plan.js';
import { faultText } from '../core/plan/plan-fault.js';
import type { Prd } from '../core/prd.js';
import { failed, success, type Result } from '../core/result.js';
import { planRules } from './plan-rules.js';
import type { Tools } from './tools.js';

/** What a request brings with it (`prd`, `plan`), parsed. */
export interface Brought {
  readonly prd?: Prd;
  readonly plan?: ParsedPlan;
}

type Reading = Pick<Tools, 'repository' | 'settings'>;

/**
 * Reads what the request brings, before anything is paid for. All faults of both files are told at once; the reason
 * is `prd-missing`, `prd-invalid`, `plan-missing` or `plan-invalid`, of the first file that is at fault.
 */
export const readBrought = async (reading: Reading): Promise<Result<Brought, Failure>> => {
  const { prd: prdPath, plan: planPath } = reading.settings;
  const prd = prdPath === undefined ? undefined : await readPrd(reading, prdPath);
  const plan = planPath === undefined ? undefined : await readPlan(reading, planPath, prd?.ok ? prd.value : undefined);
  const failures = [prd, plan].flatMap((each) => (each === undefined || each.ok ? [] : [each.failure]));
  const [first] = failures;
  if (first !== undefined)
    return failed({ ...first, message: join(failures, 'message'), action: join(failures, 'action') });
  return success({ ...(prd?.ok && { prd: prd.value }), ...(plan?.ok && { plan: plan.value }) });
};

const join = (failures: readonly Failure[], key: 'message' | 'action'): string =>
  failures.map((failure) => failure[key]).join('\n');

const readPrd = async (reading: Reading, path: string): Promise<Result<Prd, Failure>> => {
  const text = await readText(reading, path);
  if (text === undefined) return failed(missing(reading, 'prd', path));
  const parsed = parsePrd(text);
  if (parsed.ok) return parsed;
  return failed(invalid('prd', path, parsed.failure));
};

const readPlan = async (reading: Reading, path: string, prd?: Prd): Promise<Result<ParsedPlan, Failure>> => {
  const text = await readText(reading, path);
  if (text === undefined) return failed(missing(reading, 'plan', path));
  const document = readJson(text);
  if (!document.ok) return failed(invalid('plan', path, [document.failure]));
  const parsed = parsePlan(document.value, { ...(await planRules(reading)), acceptance: prd?.acceptance ?? [] });
  return parsed.ok ? parsed : failed(invalid('plan', path, parsed.failure.map(faultText)));
};

const readText = ({ repository }: Reading, path: string): Promise<string | undefined> =>
  repository.readFile(repository.base.sha, path);

const readJson = (text: string): Result<unknown, string> => {
  try {
    return success(JSON.parse(text) as unknown);
  } catch (error) {
    return failed(`expected JSON; ${error instanceof Error ? error.message : String(error)}`);
  }
};

type Setting = 'prd' | 'plan';

const leaveOut = {
  prd: 'leave the prd setting out so that a model writes it',
  plan: 'leave the plan setting out so that a model plans',
} as const;

const form = {
  prd: 'sections Goal and Acceptance criteria below a title, as docs/prd/ holds them',
  plan: 'schema/plan.schema.json',
} as const;

const missing = ({ repository }: Reading, setting: Setting, path: string): Failure => ({
  reason: `${setting}-missing`,
  who: 'user',
  message: `${setting}: expected a file at ${path} on ${repository.base.branch}; there is none.`,
  action: `Commit ${path}, or ${leaveOut[setting]}.`,
});

const invalid = (setting: Setting, path: string, faults: readonly string[]): Failure => ({
  reason: `${setting}-invalid`,
  who: 'user',
  message: `${setting}: ${path} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  action: `Mend ${path} (its form: ${form[setting]}), or ${leaveOut[setting]}.`,
});
