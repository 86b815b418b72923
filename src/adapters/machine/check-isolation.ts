import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../core/doctor.js';
import { howToGetSandbox } from '../../core/isolation.js';
import { findExecutable, type Surroundings } from '../processes/bubblewrap.js';
import { openPlace } from '../processes/open-place.js';
import { note, ok, wrong } from './finding.js';

/**
 * Tries the sandbox as a run would: where user namespaces are closed bubblewrap is there and does not work. A missing
 * one is only noted without `fix`, since a run installs it where it can.
 */
export const checkIsolation = async (around: Surroundings, fix: boolean): Promise<Finding> => {
  const there = await findExecutable('bwrap', around.env['PATH'] ?? '');
  if (there === undefined && !fix)
    return note(
      'isolation',
      'bubblewrap is not installed; a run installs it where it may, and ends with an error where it may not',
      'sudo apt-get install bubblewrap',
    );
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const opened = await openPlace({ ...around, want: 'auto', runFolder: folder });
  if (opened.ok) await opened.value.close();
  await rm(folder, { recursive: true, force: true });
  if (!opened.ok) return wrong('isolation', opened.failure.message, howToGetSandbox);
  const installed = there === undefined ? ', installed now' : '';
  const notes = opened.value.notes.map((each) => `; ${each}`).join('');
  return ok(
    'isolation',
    `sandbox (bubblewrap${installed}): clones, set-up and tests see and reach nothing else${notes}`,
  );
};
