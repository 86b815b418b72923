import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../core/doctor.js';
import { findExecutable, type Surroundings } from '../processes/bubblewrap.js';
import { openPlace } from '../processes/open-place.js';
import { note, ok } from './finding.js';

const lost = 'every clone keeps its own path and agents share our process ids';

/** Tries bubblewrap as a run would: where user namespaces are closed it is there and does not work. */
export const checkIsolation = async (around: Surroundings, fix: boolean): Promise<Finding> => {
  const there = await findExecutable('bwrap', around.env['PATH'] ?? '');
  if (there === undefined && !fix)
    return note('isolation', `bubblewrap is not installed; ${lost}`, 'sudo apt-get install bubblewrap');
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const { why } = await openPlace({ ...around, runFolder: folder });
  await rm(folder, { recursive: true, force: true });
  return why === undefined
    ? ok('isolation', `bubblewrap${there === undefined ? ', installed now' : ''}: clones at one path, own process ids`)
    : note('isolation', `${why}; ${lost}`, 'Install bubblewrap and let users make user namespaces.');
};
