import type { PlanRules } from '../core/plan/parse-plan.js';
import type { Tools } from './tools.js';

/** What holds for every plan of a run, wherever the plan comes from. */
export const planRules = async ({ settings, repository }: Pick<Tools, 'settings' | 'repository'>) =>
  ({
    protectedFiles: settings.protectedFiles,
    files: await repository.listFiles(repository.base.sha),
    allowedFiles: settings.files,
    maxTasks: 50,
  }) satisfies PlanRules;
