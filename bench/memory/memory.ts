import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { nodeFlags } from '../../src/adapters/processes/scrub.js';
import { samples, type Bench } from '../lib/bench.js';

const Peaks = z.object({ before: z.number(), after: z.number() });
const root = join(import.meta.dirname, '..', '..');
const compiled = join(root, '.cache', 'bench-js');

/** What an empty Node takes, MB. */
const bareNodeMb = async (): Promise<number> =>
  Number((await execa('node', ['-p', 'process.resourceUsage().maxRSS / 1024'], { stdin: 'ignore' })).stdout);

/** The peak of the orchestrator's own memory in the largest run; agents are other processes. */
export const memory: Bench = {
  name: 'memory',
  about: 'the engine on real git with a plan of 200 tasks, compiled, in a process of its own',
  run: async (conditions) => {
    const tasks = samples(conditions, 200);
    await execa('node', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noCheck', '--outDir', compiled], {
      cwd: root,
      stdin: 'ignore',
    });
    const child = join(compiled, 'bench', 'memory', 'child.js');
    const { stdout } = await execa('node', [...nodeFlags, child, conditions.folder, String(tasks)], {
      stdin: 'ignore',
    });
    const { before, after } = Peaks.parse(JSON.parse(stdout));
    return [
      {
        what: `peak memory of the orchestrator, ${tasks} tasks, 4 agents`,
        value: after,
        unit: 'MB',
        goal: { atMost: 150 },
        beside: [
          { name: 'before the run', value: before },
          { name: 'an empty Node', value: await bareNodeMb() },
        ],
      },
    ];
  },
};
