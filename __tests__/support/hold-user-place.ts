import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baseEnv } from '../../src/adapters/processes/base-env.js';
import { openUserPlace } from './open-user-place.js';

/*
 * A process of its own that opens a place of other users in a folder, has one of them at work in it, says what it is
 * and waits to be killed, or ends without closing anything.
 */

const [, , runFolder = '', end = ''] = process.argv;
const { place, workFolder = '' } = await openUserPlace(runFolder);
const clone = {
  ...{ id: 'held', commit: '' },
  ...{ folder: join(workFolder, 'held', 'repository'), home: join(workFolder, 'held', 'home') },
};
await mkdir(clone.folder, { recursive: true });
await mkdir(join(clone.home, '.tmp'), { recursive: true });
await mkdir(join(workFolder, 'store'));
void place.run(clone, {
  ...{ command: '/bin/sh', args: ['-c', 'setsid sh -c "touch up; sleep 300" & sleep 300'] },
  ...{ env: baseEnv({ home: clone.home, path: process.env['PATH'] ?? '' }), timeoutMs: 60_000 },
  ...{ signal: new AbortController().signal, maxOutputBytes: 1_000 },
});
const { existsSync } = await import('node:fs');
while (!existsSync(join(clone.folder, 'up'))) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write('ready\n');
if (end === 'exit') process.exit(0);
setInterval(() => undefined, 1_000);
