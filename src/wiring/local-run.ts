import { randomBytes } from 'node:crypto';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { createLiveDisplay } from '../adapters/display/live-display.js';
import { createPlainDisplay } from '../adapters/display/plain-display.js';
import { readSettingsFile } from '../adapters/files/settings-file.js';
import { replayVariable } from '../adapters/gateway/open-cassette.js';
import { readLocalFacts, type LocalFacts } from '../adapters/git/local-facts.js';
import { runCommand, type CommandParts } from '../app/run-command.js';
import type { Failure } from '../core/failure.js';
import type { Given } from '../core/run/event.js';
import { settingsFailure } from '../core/settings/fault.js';
import { parseSettings } from '../core/settings/settings.js';
import { undertakeWith } from './undertake.js';
import type { Line } from './line.js';
import type { Env } from './env.js';
import { warn, refuse } from './refuse.js';
import { openWorkplace } from './workplace.js';
import { stopOnSignals } from './end-process.js';

/** `run` and `plan` in this folder. */
export const runLocally = async (line: Line<'run'> | Line<'plan'>, env: Env): Promise<number> => {
  const local = await readLocalFacts(process.cwd());
  const github = line.kind === 'run' && line.github;
  const settings = { ...line.settings, ...(line.kind === 'plan' ? { 'dry-run': 'true' } : {}) };
  const order = { given: { github, settings: line.settings }, settings, local, json: line.json, env };
  return carryOutLocally(order, {
    ...(line.kind === 'run' && line.issue !== undefined ? { issue: line.issue } : {}),
    runId: newRunId(),
  });
};

/** What a command line asks of the repository in this folder. */
export interface LocalOrder {
  readonly given: Given;
  /** Flags, those of a run that goes on among them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly local: LocalFacts;
  readonly json: boolean;
  readonly env: Env;
}

/** Carries a run out, new or one that goes on. Resolves with the exit code: 2 for settings that cannot be read. */
export const carryOutLocally = async (
  { given, settings: inputs, local, json, env }: LocalOrder,
  which: Pick<CommandParts, 'runId' | 'issue' | 'resume'>,
): Promise<number> => {
  const settings = parseSettings({
    inputs,
    inputsAre: 'flag',
    file: await readSettingsFile(local.root ?? process.cwd()),
    env,
    needs: { githubToken: given.github, keys: env[replayVariable] === undefined },
  });
  const workplace = settings.ok ? await openWorkplace(settings.value, local, given.github ? env : undefined) : settings;
  if (!settings.ok || !workplace.ok)
    return refuse(settings.ok ? (workplace as { failure: Failure }).failure : settingsFailure(settings.failure), 2);
  return runCommand({
    settings: settings.value,
    workplace: workplace.value,
    given,
    json,
    display: displayFor(json),
    undertake: undertakeWith(env),
    stop: stopOnSignals(),
    out: (text) => void process.stdout.write(text),
    warn,
    ...which,
  });
};

/** A live view on a terminal, plain lines elsewhere; with `--json` stdout is for the result alone. */
const displayFor = (json: boolean) => {
  if (json) return createPlainDisplay(process.stderr);
  return process.stdout.isTTY ? createLiveDisplay(process.stdout) : createPlainDisplay(process.stdout);
};

const newRunId = (): string => {
  const time = new Date(clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
};
