import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../core/doctor.js';
import { howToGetSandbox } from '../../core/isolation.js';
import { findExecutable, type Surroundings } from '../processes/ensure-program.js';
import { openPlace } from '../processes/open-place.js';
import { note, ok, wrong } from './finding.js';

export interface IsolationCheck extends Surroundings {
  /** The folder of the project, which other users must not look into. */
  readonly project: string;
  /** Install what can be installed. */
  readonly fix: boolean;
}

/**
 * Tries the sandbox as a run would: where user namespaces are closed bubblewrap is there and does not work. A missing
 * one is only noted without `fix`, since a run installs it where it can. Where a run would get less than a sandbox the
 * finding says why, and what raises it.
 */
export const checkIsolation = async ({ fix, project, ...around }: IsolationCheck): Promise<Finding> => {
  const there = await findExecutable('bwrap', around.env['PATH'] ?? '');
  if (there === undefined && !fix)
    return note(
      'isolation',
      'bubblewrap is not installed; a run installs it where it may, and ends with an error where it may not',
      'sudo apt-get install bubblewrap',
    );
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const opened = await openPlace({ ...around, want: 'auto', runFolder: folder, closed: [project] });
  if (opened.ok) await opened.value.close();
  await rm(folder, { recursive: true, force: true });
  if (!opened.ok) return wrong('isolation', opened.failure.message, howToGetSandbox);
  const installed = there === undefined ? ', installed now' : '';
  const notes = opened.value.notes.map((each) => `; ${each}`).join('');
  if (opened.value.place.level === 'user')
    return note(
      'isolation',
      `another user, firewalled: no sandbox, but no keys and no network${notes}`,
      howToGetSandbox,
    );
  return ok(
    'isolation',
    `sandbox (bubblewrap${installed}): clones, set-up and tests see and reach nothing else${notes}`,
  );
};
