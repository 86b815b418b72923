import { randomUUID } from 'node:crypto';
import type { Place } from '../../ports/place.js';
import { runGroup } from './run-group.js';
import { markVariable, sweep } from './sweep.js';

/** Every clone at its own path, its processes in a group of their own; those that leave the group are found by mark. */
export const ownPath = (): Place => ({
  level: 'none',
  pathOf: (clone) => clone.folder,
  homeOf: (clone) => clone.home,
  run: (clone, { writable: _w, readable: _r, network: _n, ...launch }) => {
    const mark = randomUUID();
    const env = { ...launch.env, [markVariable]: mark };
    return runGroup({ ...launch, env, cwd: clone.folder }, () => sweep(mark));
  },
});
