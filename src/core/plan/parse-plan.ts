import type { AcceptanceCriterion } from '../prd.js';
import { failed, success, type Result } from '../result.js';
import { graphFaults, idFaults } from './id-faults.js';
import { readLoosely } from './loose-plan.js';
import { orderOverlaps } from './order-overlaps.js';
import { pathFaults } from './path-faults.js';
import type { PlanFaults } from './plan-fault.js';
import { knownPaths, normalisePath, type KnownPaths } from './plan-path.js';
import { PlanDocument, type Plan, type Task } from './plan.js';
import { shapeFaults } from './shape-faults.js';

export type { PlanFault, PlanFaults } from './plan-fault.js';

export interface PlanRules {
  /** Globs nobody may change. */
  readonly protectedFiles: readonly string[];
  /** Paths of the repository at base: a folder named without a slash is known by them. */
  readonly files?: readonly string[];
  /** The `files` input: paths or globs every write must be inside of. Absent or empty: the whole repository. */
  readonly allowedFiles?: readonly string[];
  /** The criteria of the PRD: the plan's own where it brings none. */
  readonly acceptance?: readonly AcceptanceCriterion[];
  /** At most 50, which is also what the schema allows. */
  readonly maxTasks?: number;
}

export interface ParsedPlan {
  readonly plan: Plan;
  /** What was changed to keep the guarantees, for a person. */
  readonly notes: readonly string[];
}

/**
 * The only way to a `Plan`. Never throws; on refusal all faults are reported at once, each naming its task, what was
 * expected and what came. Overlapping writes of unordered tasks are no fault: the later one is made to wait.
 */
export const parsePlan = (input: unknown, rules: PlanRules): Result<ParsedPlan, PlanFaults> => {
  const completed = withAcceptance(input, rules.acceptance ?? []);
  const document = PlanDocument.safeParse(completed);
  const loose = readLoosely(completed);
  const known = knownPaths(rules.files ?? []);
  const faults = [
    ...(document.success ? [] : shapeFaults(completed, document.error)),
    ...idFaults(loose, rules.maxTasks ?? 50),
    ...graphFaults(loose),
    ...pathFaults(loose, rules, known),
  ];
  return document.success && faults.length === 0 ? success(settle(document.data, known)) : failed(faults);
};

const withAcceptance = (input: unknown, acceptance: readonly AcceptanceCriterion[]): unknown => {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || acceptance.length === 0) return input;
  const own: unknown = 'acceptance' in input ? input.acceptance : undefined;
  return own === undefined || (Array.isArray(own) && own.length === 0) ? { ...input, acceptance } : input;
};

const settle = (document: PlanDocument, known: KnownPaths): ParsedPlan => {
  const tasks = document.tasks.map((task): Task => ({
    ...task,
    writes: unique(task.writes.map((path) => normalisePath(path, known))),
    reads: unique(task.reads.map((path) => normalisePath(path, known))),
    dependsOn: unique(task.dependsOn),
  }));
  const contracts = document.contracts.map((each) => ({ ...each, file: normalisePath(each.file) }));
  const ordered = orderOverlaps(tasks);
  return { plan: { ...document, contracts, tasks: ordered.tasks } as Plan, notes: ordered.notes };
};

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
