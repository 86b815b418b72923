import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentFacts } from '../../src/core/agent-facts.js';
import type { AgentHost, AgentMessage } from '../../src/ports/agent-host.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Clone } from '../../src/ports/repository.js';
import { goodFacts } from '../../__tests__/support/fake-agents.js';

/** How an agent that only waits leaves something behind. */
export type Leave = (clone: Clone, path: string, text: string) => Promise<void>;

/** Writes into the clone's folder, as Aider does. */
export const leaveOnDisk: Leave = async ({ folder }, path, text) => {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};

/** When a message was sent, by its log name, ms of `performance.now`. */
export interface ScaledAgents extends AgentHost {
  readonly sentAt: ReadonlyMap<string, number>;
}

export interface ScaledOptions {
  /** How long the work on a task's file takes. */
  readonly msOf: (path: string) => number;
  readonly leave: Leave;
  readonly clock: Clock;
}

/** Stands in for Aider: takes as long as told for the task's file, writes that file, and reports success. */
export const scaledAgents = ({ msOf, leave, clock }: ScaledOptions): ScaledAgents => {
  const sentAt = new Map<string, number>();
  return {
    sentAt,
    send: async (message: AgentMessage): Promise<AgentFacts> => {
      sentAt.set(message.label, performance.now());
      const [path = ''] = message.editFiles;
      const durationMs = msOf(path);
      await clock.sleep(durationMs);
      await leave(message.clone, path, `${message.label} was here\n`);
      return { ...goodFacts, durationMs };
    },
    repositoryMap: () => Promise.resolve(''),
  };
};
