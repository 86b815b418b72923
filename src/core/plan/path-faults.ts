import { guardOf } from '../policy/protection.js';
import { isInside } from './glob-overlap.js';
import type { LoosePlan, LooseText } from './loose-plan.js';
import type { PlanRules } from './parse-plan.js';
import { brief, type PlanFault, type PlanFaults } from './plan-fault.js';
import { normalisePath, pathFault, type KnownPaths } from './plan-path.js';

/** Paths that leave the repository, reach into `.git`, can be protected ones, or are not among the files allowed. */
export const pathFaults = (plan: LoosePlan, rules: PlanRules, known: KnownPaths): PlanFaults => {
  const allowed = (rules.allowedFiles ?? []).map((each) => normalisePath(each, known));
  const ground: Ground = { known, allowed, protectedFiles: rules.protectedFiles };
  return [
    ...plan.tasks.flatMap(({ label, writes, reads }) => [
      ...writes.flatMap((each) => writeFault(each, label, ground)),
      ...reads.flatMap((each) => placeFault(each, `${label}: `)),
    ]),
    ...plan.contractFiles.flatMap((each) => placeFault(each, '')),
  ];
};

interface Ground {
  readonly known: KnownPaths;
  readonly allowed: readonly string[];
  readonly protectedFiles: readonly string[];
}

const placeFault = ({ path, text }: LooseText, label: string): readonly PlanFault[] => {
  const fault = pathFault(normalisePath(text)) ?? pathFault(text.replace(/^(\.\/)+|\/+$/g, ''));
  return fault === undefined ? [] : [{ path, message: `${label}the path must ${fault}; got ${brief(text)}` }];
};

const writeFault = (written: LooseText, label: string, ground: Ground): readonly PlanFault[] => {
  const outside = placeFault(written, `${label}: `);
  if (outside.length > 0) return outside;
  const { path, text } = written;
  const pattern = normalisePath(text, ground.known);
  const guard = guardOf(pattern, ground.protectedFiles);
  if (guard !== undefined) {
    const message = `${label}: must not be able to write what ${brief(guard)} protects; got ${brief(text)}`;
    return [{ path, message }];
  }
  const { allowed } = ground;
  if (allowed.length === 0 || isInside(pattern, allowed)) return [];
  return [{ path, message: `${label}: must be inside ${allowed.map(brief).join(', ')}; got ${brief(text)}` }];
};
