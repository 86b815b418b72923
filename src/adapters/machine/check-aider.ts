import type { Finding } from '../../core/doctor.js';
import { findPython } from '../aider/find-python.js';
import { uvOnPath } from '../aider/find-uv.js';
import type { ProvisionOptions } from '../aider/installation.js';
import { findInstalled, provisionAider } from '../aider/provision.js';
import { toolEnv } from '../aider/tool-env.js';
import { fromFailure, note, ok } from './finding.js';

type Wanted = ProvisionOptions;

/** The Python that Aider would be installed with. */
export const checkPython = async ({ env, signal }: Wanted): Promise<Finding> => {
  const tool = { env: toolEnv(env), signal, timeoutMs: 20_000 };
  const [python, uv] = await Promise.all([findPython(tool), uvOnPath(tool)]);
  if (python.ok) return ok('python', `Python ${python.value.version} at ${python.value.path}`);
  return uv === undefined ? fromFailure('python', python.failure) : ok('python', `none, but ${uv} brings one`);
};

/** The Aider of the settings: given, in the tool cache, or with `fix` installed now. */
export const checkAider = async (wanted: Wanted, fix: boolean): Promise<Finding> => {
  const { version, command } = wanted;
  const there = command === undefined ? await findInstalled(wanted) : undefined;
  if (there !== undefined) return ok('aider', `Aider ${there.version} in the tool cache`);
  if (command === undefined && !fix)
    return note(
      'aider',
      `Aider ${version} is not installed yet; the first run installs it`,
      'aider-orchestrator doctor --fix',
    );
  const provided = await provisionAider(wanted);
  if (!provided.ok) return fromFailure('aider', provided.failure);
  return ok('aider', command === undefined ? `Aider ${version}, installed now` : `${command}`);
};
