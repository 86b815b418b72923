import type { Failure } from '../../core/failure.js';
import { parsePlan } from '../../core/plan/parse-plan.js';
import { faultText } from '../../core/plan/plan-fault.js';
import type { Plan, PlanDocument } from '../../core/plan/plan.js';
import { failed, success, type Result } from '../../core/result.js';
import { planRules } from '../plan-rules.js';
import type { Tools } from '../tools.js';

/** The plan on record, checked once more: what may be written may be set otherwise than before the kill. */
export const knownPlan = async (
  tools: Pick<Tools, 'settings' | 'repository'>,
  document: PlanDocument,
): Promise<Result<Plan, Failure>> => {
  const parsed = parsePlan(document, await planRules(tools));
  return parsed.ok ? success(parsed.value.plan) : failed(notAllowed(parsed.failure.map(faultText)));
};

const notAllowed = (faults: readonly string[]): Failure => ({
  reason: 'plan-invalid',
  who: 'user',
  message: `The plan of the run to resume breaks the settings as they are now:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  action: 'Resume with the settings it was begun with, or start the request anew.',
});
