import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keepWarm, type WarmAgents } from '../../../../src/adapters/aider/warm-agents.js';
import type { Place } from '../../../../src/ports/place.js';
import { openSandboxPlace } from '../../../support/open-sandbox.js';
import { openRig, type Rig, type RigOptions } from './aider-rig.js';

export interface SandboxRig extends Rig {
  readonly place: Place;
  /** Undefined where Aider is started plainly. */
  readonly warm: WarmAgents | undefined;
  /** What a person was told. */
  readonly warnings: readonly string[];
}

export interface SandboxRigOptions extends Omit<RigOptions, 'at'> {
  readonly start: 'warm' | 'plain';
  /** Of the agents; by default ours. */
  readonly path?: string;
  /** What is to be loaded ahead of need; by default Aider itself. */
  readonly python?: string;
}

/** The rig in the real sandbox, with agents loaded ahead of need or started plainly. */
export const openSandboxRig = async (options: SandboxRigOptions): Promise<SandboxRig> => {
  const { start, path = process.env.PATH ?? '', installation, python = installation.python } = options;
  const warnings: string[] = [];
  const closing: (() => Promise<void>)[] = [];
  const opened: { place?: Place; warm?: WarmAgents } = {};
  const rig = await openRig({
    ...options,
    path,
    at: async ({ folder, gateway }) => {
      const runFolder = join(folder, 'run');
      await mkdir(runFolder, { recursive: true });
      const { place, close } = await openSandboxPlace(runFolder, { env: { ...process.env, PATH: path } });
      opened.place = place;
      closing.push(close);
      if (start === 'plain') return { place };
      if (place.standBy === undefined) throw new Error('nothing can stand by in this sandbox');
      const warm = keepWarm({
        ...{ installation: { ...installation, python }, standBy: place.standBy, runFolder, path },
        port: Number(new URL(gateway.lease('any', []).baseUrl('openai')).port),
        signal: new AbortController().signal,
        warn: (message) => void warnings.push(message),
      });
      opened.warm = warm;
      closing.unshift(() => warm.close());
      return { place, warm };
    },
  });
  if (opened.place === undefined) throw new Error('the rig opened no place');
  return {
    ...rig,
    ...{ place: opened.place, warm: opened.warm, warnings },
    close: async () => {
      for (const close of closing) await close();
      await rig.close();
    },
  };
};
