import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machineChecks, type CheckOptions } from '../../../src/adapters/machine/checks.js';
import { examine } from '../../../src/app/doctor.js';
import { systemClock } from '../../../src/adapters/clock/system-clock.js';
import type { Finding } from '../../../src/core/doctor.js';
import { makeTemp, makeUserRepository } from '../../support/git-repo.js';

/** A machine to examine: a repository with a commit, an empty tool cache, and what the test puts on PATH. */
export interface MachineStage {
  readonly root: string;
  readonly folder: string;
  /** Puts an executable shell script on PATH. */
  program(name: string, script: string): Promise<void>;
  /** What the doctor finds, by the check's name; git runs with the test's own PATH. */
  findings(change?: Partial<CheckOptions>): Promise<Readonly<Record<string, Finding | undefined>>>;
  end(): Promise<void>;
}

/** On PATH is only what `program` put there. */
export const openMachine = async (): Promise<MachineStage> => {
  const root = await makeTemp();
  const [folder, bin] = [join(root, 'repository'), join(root, 'bin')];
  await Promise.all([makeUserRepository(folder, { 'a.txt': 'a\n' }), mkdir(bin)]);
  const options: CheckOptions = {
    env: { PATH: bin },
    folder,
    toolCache: join(root, 'tools'),
    settings: { inputs: { model: 'openai/gpt-4.1' }, inputsAre: 'flag', env: { OPENAI_API_KEY: 'sk' } },
    fix: false,
    github: false,
    clock: systemClock,
    signal: new AbortController().signal,
  };
  return {
    root,
    folder,
    program: async (name, script) => {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    },
    findings: async (change = {}) => {
      const env = { PATH: bin, ...change.env };
      const findings = await examine(machineChecks({ ...options, ...change, env }));
      return Object.fromEntries(findings.map((finding) => [finding.name, finding]));
    },
    end: () => rm(root, { recursive: true, force: true }),
  };
};
