import { createLocksmith } from '../adapters/setup/locksmith.js';
import { prepareProject } from '../adapters/setup/prepare-project.js';
import { validateAfterSetup } from '../adapters/setup/validate-after-setup.js';
import { createValidator } from '../adapters/validation/validator.js';
import { secretsOf } from '../app/run-action.js';
import type { Undertaking } from '../app/undertaking.js';
import { success } from '../core/result.js';
import { redactor } from '../core/text/redact.js';
import type { PrepareWorkshop } from '../ports/workshop.js';
import { openAgency } from './agency.js';
import type { Preparing } from './ground.js';

/** Aider, models and gateway are got ready while the project is set up. */
export const prepareWorkshop = async (
  undertaking: Undertaking,
  preparing: Preparing,
  signal: AbortSignal,
): ReturnType<PrepareWorkshop> => {
  const { repository, isolated, env } = preparing;
  const { settings } = undertaking;
  const { place } = isolated;
  const redact = redactor(secretsOf(settings));
  const [agency, project] = await Promise.all([
    openAgency({ ...undertaking, redact }, preparing, signal),
    prepareProject({ repository, place, settings, env, signal }),
  ]);
  if (!agency.ok) return agency;
  if (!project.ok) return project;
  const { commands, notes, treeSetup } = project.value;
  const path = env['PATH'] ?? '';
  const validator = createValidator({ place, path, env, redact, network: settings.validationNetwork });
  const locksmith = createLocksmith({ repository, place, env });
  const validated = validateAfterSetup(validator, treeSetup);
  return success({ ...agency.value, commands, notes, locksmith, validator: validated });
};
