import { resolve } from 'node:path';
import type { AiderInstallation } from '../../../../src/adapters/aider/installation.js';
import { provisionAider } from '../../../../src/adapters/aider/provision.js';

/** The pinned real Aider, installed once into the project's own tool cache, where a run of the demo has it too. */
export const realAider = async (toolCache = resolve('.cache/tools/aider-orchestrator')): Promise<AiderInstallation> => {
  const provisioned = await provisionAider({
    version: '0.86.2',
    toolCache,
    env: process.env,
    clock,
    signal: new AbortController().signal,
  });
  if (!provisioned.ok) throw new Error(`${provisioned.failure.message} ${provisioned.failure.action}`);
  return provisioned.value;
};

/** For what only waits on other processes. */
export const clock = {
  now: () => Date.now(),
  sleep: (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms)),
};
