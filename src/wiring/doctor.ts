import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { readSettingsFile } from '../adapters/files/settings-file.js';
import { machineChecks } from '../adapters/machine/checks.js';
import { examine } from '../app/doctor.js';
import { isHealthy, renderFindings } from '../core/doctor.js';
import { toolCache } from './places.js';
import type { Line } from './line.js';
import type { Env } from './env.js';
import { stopOnSignals } from './end-process.js';

/** `doctor`: looks the machine over. Resolves with 1 when something is in the way. */
export const runDoctor = async (line: Line<'doctor'>, env: Env): Promise<number> => {
  const folder = process.cwd();
  const findings = await examine(
    machineChecks({
      env,
      folder,
      toolCache: toolCache(env),
      settings: { inputs: line.settings, inputsAre: 'flag', file: await readSettingsFile(folder), env },
      fix: line.fix,
      github: line.github,
      clock,
      signal: stopOnSignals().signal,
    }),
  );
  process.stdout.write(line.json ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings));
  return isHealthy(findings) ? 0 : 1;
};
