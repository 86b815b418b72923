import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.js';
import { Chance } from '../../__tests__/support/chance.js';
import { runEngine } from '../lib/engine.js';
import { makeRepository } from '../lib/make-repository.js';
import { replayedPlan } from '../lib/replayed-plan.js';
import { leaveOnDisk, scaledAgents } from '../lib/scaled-agents.js';
import { openMade } from '../orchestration/chain.js';

/*
 * One large run in a process of its own: `node child.js <folder> <tasks>`, compiled, so that nothing of a TypeScript
 * loader is counted. Prints the peak of its resident memory in MB, before and after the run.
 */

const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

const [folder = '', tasks = '200'] = process.argv.slice(2);
const before = peakMb();
const source = join(folder, 'source');
await makeRepository(source, 1_000);
const repository = await openMade(source, join(folder, 'run'));
const { plan } = replayedPlan(Number(tasks), new Chance(7));
const agents = scaledAgents({ msOf: () => 20, leave: leaveOnDisk, clock: systemClock });
await runEngine({ plan, maxAgents: 4, repository, agents, clock: systemClock, folder });
await repository.close();
process.stdout.write(JSON.stringify({ before, after: peakMb() }));
