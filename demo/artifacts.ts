import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { ActionRun } from './runner/index.js';

/** What a run left for people, at a place that stays. */
export interface Artifacts {
  readonly folder?: string;
  readonly report?: string;
  /** Most agents at work at once, from the summary. */
  readonly peakAgents?: number;
}

const Summary = z.looseObject({ agents: z.looseObject({ peak: z.int() }) });

/** Copies the logs folder of a run, report included, to `folder` (made anew) and reads what the demo tells of it. */
export const keepArtifacts = async (run: ActionRun, folder: string): Promise<Artifacts> => {
  const report = run.outputs['report-path'] ?? '';
  const from = report === '' ? join(run.workspace, '.aider_logs') : dirname(resolve(run.workspace, report));
  if (from === run.workspace) return {};
  await rm(folder, { recursive: true, force: true });
  const copied = await cp(from, folder, { recursive: true }).then(
    () => true,
    () => false,
  );
  if (!copied) return {};
  const peak = await readPeak(folder);
  return {
    folder,
    ...(report === '' ? {} : { report: join(folder, basename(report)) }),
    ...(peak === undefined ? {} : { peakAgents: peak }),
  };
};

const readPeak = async (folder: string): Promise<number | undefined> => {
  const names = (await readdir(folder)).filter((name) => /^summary.*\.json$/.test(name));
  for (const name of names) {
    const summary = Summary.safeParse(parseJson(await readFile(join(folder, name), 'utf8')));
    if (summary.success) return summary.data.agents.peak;
  }
  return undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
