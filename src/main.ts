import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunner } from './adapters/actions/runner.js';
import { createAgentHost } from './adapters/aider/agent-host.js';
import { provisionAider } from './adapters/aider/provision.js';
import { keepWarm, type WarmAgents, type WarmAgentsOptions } from './adapters/aider/warm-agents.js';
import { warmNeed, type WarmNeed } from './adapters/aider/warm-need.js';
import { systemClock as clock } from './adapters/clock/system-clock.js';
import { parseArguments, type CommandLine } from './adapters/command-line/parse-arguments.js';
import { createLiveDisplay } from './adapters/display/live-display.js';
import { createPlainDisplay } from './adapters/display/plain-display.js';
import { openArtifacts } from './adapters/files/artifacts.js';
import { isFreeForFolder } from './adapters/files/foreign-file.js';
import { parseSettingsFile, readSettingsFile } from './adapters/files/settings-file.js';
import { runDemo } from './adapters/processes/run-demo.js';
import { openCassette, recordVariable, replayVariable } from './adapters/gateway/open-cassette.js';
import { startGateway } from './adapters/gateway/gateway.js';
import { readLocalFacts, userConfig, type LocalFacts } from './adapters/git/local-facts.js';
import { openLedger } from './adapters/git/ledger/open-ledger.js';
import { findGitHub } from './adapters/github/find-github.js';
import { openRepository, type OpenRepository } from './adapters/git/open-repository.js';
import { createGitHub } from './adapters/github/github.js';
import { listJournals, openJournal, readJournal, restoreJournal } from './adapters/journal/journal.js';
import { createModel } from './adapters/models/model.js';
import { openPrices } from './adapters/prices/prices.js';
import { killAll, killAllNow, markGroups } from './adapters/processes/groups.js';
import { ownerOf, ownFolder } from './adapters/processes/owner.js';
import { sweepRun } from './adapters/processes/sweep.js';
import { reuseFolder } from './adapters/git/leftover-store.js';
import { openLocalArchive } from './adapters/git/ledger/open-local-archive.js';
import { fetchJournals } from './adapters/git/ledger/fetch-journals.js';
import { safeText } from './adapters/display/safe-text.js';
import { machineChecks } from './adapters/machine/checks.js';
import { openPlace, type OpenedPlace } from './adapters/processes/open-place.js';
import { createLocksmith } from './adapters/setup/locksmith.js';
import { prepareProject } from './adapters/setup/prepare-project.js';
import { validateAfterSetup } from './adapters/setup/validate-after-setup.js';
import { createValidator } from './adapters/validation/validator.js';
import { examine } from './app/doctor.js';
import { executeRequest, type StopReason } from './app/execute-request.js';
import { finishAction } from './app/finish-action.js';
import { eventsFile } from './app/log-files.js';
import { runAction as runActionWith, secretsOf } from './app/run-action.js';
import { continueRecording } from './app/recorder.js';
import { describeRun, renderRunState } from './app/resume/describe-run.js';
import { findRun, listRuns, stillRunning, type RunRecords } from './app/resume/find-run.js';
import { renderDone, runCommand, type CommandParts, type Workplace } from './app/run-command.js';
import { tellResult, type Told } from './app/tell-result.js';
import { trackProgress } from './app/track-progress.js';
import type { OpenLedger, Source, Undertake, Undertaking } from './app/undertaking.js';
import type { Failure } from './core/failure.js';
import { spentOf } from './core/report/cost.js';
import { exitCodeOf } from './core/report/outputs.js';
import type { Given, RunEvent } from './core/run/event.js';
import { isUnfinished } from './core/run/resume.js';
import { isHealthy, renderFindings } from './core/doctor.js';
import { failed, success, type Result } from './core/result.js';
import { detachedHead, gitMissing, notARepository } from './core/repository-failures.js';
import type { Run } from './core/run/run.js';
import { agentsThatFit } from './core/schedule/memory.js';
import { settingsFailure, settingsFile } from './core/settings/fault.js';
import { parseSettings, type Settings } from './core/settings/settings.js';
import { redactor } from './core/text/redact.js';
import { version } from './core/version.js';
import type { JournalArchive } from './ports/journal-archive.js';
import type { Machine } from './ports/machine.js';
import type { Place } from './ports/place.js';
import type { PrepareWorkshop } from './ports/workshop.js';

/*
 * The composition root: the only file that builds adapters and hands them to the use-cases. What happens is told in
 * `app/`; here stands only with what.
 */

/** The whole environment this process was started with. `process.env` is scrubbed by then: `startScrubbed`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Ends this process with the exit code of `work`; an error of our own is told whole and ends it with 1. */
export const exitWith = (work: Promise<number>): void => {
  work.then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
};

/** The action's main step. Resolves with the exit code. */
export const runAction = async (env: Env): Promise<number> => {
  const runner = openRunner(env);
  return runActionWith({
    runner,
    env,
    readSettingsFile: async () => {
      const token = runner.inputs['github-token'] ?? env['GITHUB_TOKEN'];
      // Without a token the settings themselves say so, which is the better message.
      if (token === undefined) return undefined;
      return parseSettingsFile(await createGitHub({ ...runner, token }).readFile(settingsFile));
    },
    openGitHub: (settings) => createGitHub({ ...runner, token: settings.githubToken ?? '' }),
    display: createPlainDisplay(process.stdout),
    undertake: undertakeWith(env),
    openLedger: openRecords,
    now: () => clock.now(),
    stop: stopOnSignals(),
  });
};

/** Beside the folder of the run, which is gone when the issue is released. */
const openRecords: OpenLedger = ({ runId, temp, ...ground }) =>
  openLedger({ ...ground, folder: join(temp, 'aider-orchestrator', `${runId}-records`), clock });

/** The action's post step: ends what a killed main step left behind. Resolves with the exit code. */
export const runPost = async (env: Env): Promise<number> => {
  const runner = openRunner(env);
  const token = runner.inputs['github-token'] ?? env['GITHUB_TOKEN'] ?? '';
  const github = createGitHub({ ...runner, token });
  const remoteUrl = `${runner.serverUrl}/${runner.repository}.git`;
  const ground = {
    source: { kind: 'remote', remoteUrl, token: () => token } as const,
    // Nothing is committed here.
    ...{ baseBranch: '', identity: { name: '', email: '', login: '' } },
  };
  return finishAction({
    runner,
    github,
    readJournal,
    now: () => clock.now(),
    openLedger: () => openRecords({ ...ground, runId: `${runner.runId}-post`, temp: runner.temp }),
  });
};

/** The command line. Resolves with the exit code: 2 for a command line or settings that cannot be read. */
export const runCli = async (args: readonly string[], env: Env): Promise<number> => {
  const line = parseArguments(args, version);
  if (!line.ok) {
    process.stderr.write(`${line.failure.message}\n`);
    return 2;
  }
  switch (line.value.kind) {
    case 'said':
      process.stdout.write(line.value.text);
      return 0;
    case 'demo':
      return runDemo(line.value.args, env);
    case 'doctor':
      return runDoctor(line.value, env);
    case 'resume':
      return resumeLocally(line.value, env);
    case 'status':
      return tellStatus(line.value);
    case 'run':
    case 'plan':
      return runLocally(line.value, withCassettes(line.value, env));
  }
};

/** `--record` and `--replay` are the same as their variables, which the action has too. */
const withCassettes = (line: CommandLine, env: Env): Env => {
  if (line.kind !== 'run' && line.kind !== 'plan' && line.kind !== 'resume') return env;
  return {
    ...env,
    ...(line.record === undefined ? {} : { [recordVariable]: line.record }),
    ...(line.replay === undefined ? {} : { [replayVariable]: line.replay }),
  };
};

type Line<Kind extends CommandLine['kind']> = Extract<CommandLine, { kind: Kind }>;

const runLocally = async (line: Line<'run'> | Line<'plan'>, env: Env): Promise<number> => {
  const local = await readLocalFacts(process.cwd());
  const github = line.kind === 'run' && line.github;
  const settings = { ...line.settings, ...(line.kind === 'plan' ? { 'dry-run': 'true' } : {}) };
  const order = { given: { github, settings: line.settings }, settings, local, json: line.json, env };
  return carryOutLocally(order, {
    ...(line.kind === 'run' && line.issue !== undefined ? { issue: line.issue } : {}),
    runId: newRunId(),
  });
};

interface LocalOrder {
  readonly given: Given;
  /** Flags, those of a run that goes on among them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly local: LocalFacts;
  readonly json: boolean;
  readonly env: Env;
}

const carryOutLocally = async (
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

const warn = (text: string): void => void process.stderr.write(`${text}\n`);

const refuse = ({ message, action }: Failure, exitCode: number): number => {
  warn(`${message}\n→ ${action}`);
  return exitCode;
};

const resumeLocally = async (line: Line<'resume'>, env: Env): Promise<number> => {
  const local = await readLocalFacts(process.cwd());
  const records = await openRunRecords(local);
  if (!records.ok) return refuse(records.failure, 2);
  const here = await findRun(records.value, line.run);
  // In a fresh clone they are where it was cloned from.
  const isThere = !here.ok && (await fetchJournals(local.root ?? '.', userConfig()));
  const found = isThere ? await findRun(records.value, line.run) : here;
  if (!found.ok) return refuse(found.failure, 2);
  const { run, events } = found.value;
  const pid = await ownerOf(runFolderOf(tmpdir(), run.runId));
  if (pid !== undefined) return refuse(stillRunning(run.runId, pid), 1);
  if (!isUnfinished(run)) return tellFinished(events, logsFolderOf(local.root ?? '.'), line.json);
  const settings = { ...run.given?.settings, ...line.settings };
  const given = { github: run.given?.github ?? false, settings };
  const order = { given, settings, local, json: line.json, env: withCassettes(line, env) };
  return carryOutLocally(order, { runId: run.runId, resume: found.value });
};

/** A run that was killed just after its end may not have come to write its files: they are written again. */
const tellFinished = async (events: readonly RunEvent[], logsFolder: string, json: boolean): Promise<number> => {
  const journal = { append: () => undefined };
  const recorder = continueRecording({ clock, journal, sinks: [], redact: (text) => text }, events);
  const { runId } = recorder.run;
  const facts = () => ({ events: `.aider_logs/${eventsFile(runId)}` });
  const told = await tellResult({ recorder, artifacts: openArtifacts(logsFolder), clock, facts });
  if (!json) process.stdout.write(`Run ${runId} is finished; nothing is left to resume.\n`);
  process.stdout.write(renderDone(told, json));
  return exitCodeOf(told.report);
};

const tellStatus = async ({ run: wanted, json }: Line<'status'>): Promise<number> => {
  const records = await openRunRecords(await readLocalFacts(process.cwd()));
  if (!records.ok) return refuse(records.failure, 2);
  const one = wanted === undefined ? undefined : await findRun(records.value, wanted);
  if (one?.ok === false) return refuse(one.failure, 2);
  const runs = one === undefined ? await listRuns(records.value) : [one.value];
  const states = await Promise.all(
    runs.map(async ({ run }) => describeRun(run, await ownerOf(runFolderOf(tmpdir(), run.runId)))),
  );
  const lines = states.map((state) => `${safeText(renderRunState(state))}\n`).join('');
  process.stdout.write(json ? `${JSON.stringify(states, null, 2)}\n` : lines || 'No run is known here.\n');
  return 0;
};

const logsFolderOf = (root: string): string => join(root, '.aider_logs');

const runFolderOf = (temp: string, runId: string): string => join(temp, 'aider-orchestrator', runId);

/** The journals of this repository: beside it, and in it. */
const openRunRecords = async ({ hasGit, root }: LocalFacts): Promise<Result<RunRecords, Failure>> => {
  if (!hasGit) return failed(gitMissing);
  if (root === undefined) return failed(notARepository(process.cwd()));
  const logs = logsFolderOf(root);
  return success({
    localRuns: () => Promise.resolve(listJournals(logs, eventsFile)),
    readLocal: (runId) => readJournal(join(logs, eventsFile(runId))),
    archive: openLocalArchive(root, clock),
  });
};

/** The repository in this folder and, with `--github`, the one on GitHub its remote names. */
const openWorkplace = async (
  settings: Settings,
  local: LocalFacts,
  gitHubEnv: Env | undefined,
): Promise<Result<Workplace, Failure>> => {
  const root = local.root;
  if (!local.hasGit) return failed(gitMissing);
  if (root === undefined) return failed(notARepository(process.cwd()));
  const baseBranch = settings.baseBranch ?? local.branch;
  if (baseBranch === undefined) return failed(detachedHead);
  const common = { baseBranch, logsFolder: logsFolderOf(root), temp: tmpdir() };
  if (gitHubEnv !== undefined) return openGitHubWorkplace(settings, local, { ...common, env: gitHubEnv });
  const name = local.userName ?? 'aider-orchestrator';
  const identity = { name, email: local.userEmail ?? 'aider-orchestrator@localhost' };
  return success({ ...common, source: { kind: 'local', folder: root }, identity, actor: name });
};

const openGitHubWorkplace = async (
  settings: Settings,
  local: LocalFacts,
  { env, ...common }: Pick<Workplace, 'baseBranch' | 'logsFolder' | 'temp'> & { readonly env: Env },
): Promise<Result<Workplace, Failure>> => {
  const place = findGitHub(local.originUrl, env);
  if (!place.ok) return place;
  const token = settings.githubToken ?? '';
  const github = createGitHub({ ...place.value, token });
  const identity = await github.identity();
  const remoteUrl = `${place.value.serverUrl}/${place.value.repository}.git`;
  const workspace = local.root === undefined ? {} : { workspace: local.root };
  const source = { kind: 'remote', ...workspace, remoteUrl, token: () => token } as const;
  return success({ ...common, source, identity, actor: identity.login, github });
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

const runDoctor = async (line: Line<'doctor'>, env: Env): Promise<number> => {
  const folder = process.cwd();
  const findings = await examine(
    machineChecks({
      env,
      folder,
      toolCache: toolCache(env),
      settings: { inputs: line.settings, inputsAre: 'flag', file: await readSettingsFile(folder), env },
      fix: line.fix,
      github: line.github,
      clock,
      signal: stopOnSignals().signal,
    }),
  );
  process.stdout.write(line.json ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings));
  return isHealthy(findings) ? 0 : 1;
};

/** Opens everything a run needs, carries it out, tells the result, closes what it opened and removes its folder. */
const undertakeWith =
  (env: Env): Undertake =>
  async (undertaking) => {
    if (!(await isFreeForFolder(undertaking.logsFolder))) return failed(logsElsewhere(undertaking.logsFolder));
    const runFolder = runFolderOf(undertaking.temp, undertaking.runId);
    await takeFolder(runFolder);
    try {
      return await undertakeIn({ runFolder, env }, undertaking);
    } finally {
      await rm(runFolder, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
        undertaking.warn(`${runFolder} could not be removed: ${String(error)}`),
      );
    }
  };

/** A repository that brings a link of this name would have us write wherever it leads. */
const logsElsewhere = (folder: string): Failure => ({
  reason: 'logs-folder-taken',
  who: 'user',
  message: `${folder} is a link or a file, so the logs of a run cannot be kept there.`,
  action: 'Remove it from the repository: `.aider_logs` has to be a folder, or not be there.',
});

/** What a killed process left of the run is ended, and its folder made fit to be worked in. */
const takeFolder = async (runFolder: string): Promise<void> => {
  await sweepRun(runFolder);
  await reuseFolder(runFolder);
  await ownFolder(runFolder);
  markGroups(runFolder);
};

/** Where a run works and the environment we were started with; `process.env` is without secrets. */
interface Ground {
  readonly runFolder: string;
  readonly env: Env;
}

const undertakeIn = async (ground: Ground, undertaking: Undertaking): ReturnType<Undertake> => {
  const { settings, stop } = undertaking;
  const { runFolder, env } = ground;
  const isolated = await openPlace({
    want: settings.isolation,
    runFolder,
    closed: [undertaking.temp, ...foldersOf(undertaking.source)],
    env,
    signal: stop.signal,
  });
  if (!isolated.ok) return isolated;
  try {
    return await undertakeAt(isolated.value, ground, undertaking);
  } finally {
    await isolated.value.close();
  }
};

const undertakeAt = async (isolated: OpenedPlace, ground: Ground, undertaking: Undertaking): ReturnType<Undertake> => {
  const { settings, stop } = undertaking;
  const { runFolder } = ground;
  const { place } = isolated;
  const opened = await openRepository({
    source: undertaking.source,
    base: { branch: undertaking.baseBranch, sha: undertaking.resume?.run.base.sha },
    runFolder,
    identity: undertaking.identity,
    clock,
    place,
  });
  if (!opened.ok) return opened;
  const repository = opened.value;
  const kept = undertaking.resume?.kept;
  if (kept !== undefined) await repository.bringKept(kept);
  const ledger = { folder: join(runFolder, 'ledger'), works: repository.store, clock };
  const { archive } = await openLedger({ ...undertaking, ...ledger });
  const deadline = setTimeout(() => stop.abort('deadline' satisfies StopReason), settings.runTimeoutMs);
  const closing: (() => Promise<void>)[] = [];
  try {
    return success(await carryOut(undertaking, { ...ground, repository, archive, isolated, closing }));
  } finally {
    clearTimeout(deadline);
    await killAll();
    await Promise.all(closing.map((close) => close()));
    await repository.close();
  }
};

/** The user's own checkout: no process of a clone sees it. */
const foldersOf = (source: Source): readonly string[] => {
  if (source.kind === 'local') return [source.folder];
  return source.workspace === undefined ? [] : [source.workspace];
};

interface Opened extends Ground {
  readonly repository: OpenRepository;
  readonly archive: JournalArchive;
  readonly isolated: OpenedPlace;
  /** What has to be closed when the run is over. */
  readonly closing: (() => Promise<void>)[];
}

const carryOut = async (undertaking: Undertaking, opened: Opened): Promise<Told> => {
  const { settings, request, runId, github, logsFolder, warn } = undertaking;
  const { resume, given } = undertaking;
  const journalFile = join(logsFolder, eventsFile(runId));
  if (resume !== undefined) restoreJournal(journalFile, resume.events);
  const journal = openJournal(journalFile);
  const artifacts = openArtifacts(logsFolder);
  let priceSource = '';
  const need = warmNeed();
  const facts = (run: Run) => ({ ...undertaking.facts(run), events: `.aider_logs/${eventsFile(runId)}`, priceSource });
  const onGitHub = github === undefined ? {} : { github };
  const { number } = request;
  const tracking =
    github === undefined || number === undefined
      ? []
      : [trackProgress({ github, clock, number, facts, onFailure: warn })];
  const recorder = await executeRequest(
    {
      runId,
      settings: {
        ...settings,
        maxAgents: settings.maxAgents === 'auto' ? agentsByMemory(settings) : settings.maxAgents,
      },
      repository: opened.repository,
      isolation: { level: opened.isolated.place.level, notes: opened.isolated.notes },
      prepare: async (signal) => {
        const workshop = await prepareWorkshop(undertaking, { ...opened, need }, signal);
        if (workshop.ok) priceSource = workshop.value.priceSource;
        return workshop;
      },
      artifacts,
      journal,
      archive: opened.archive,
      sinks: [...undertaking.sinks, ...tracking, need.sink],
      clock,
      machine,
      random: randomFraction,
      redact: redactor(secretsOf(settings)),
      facts,
      signal: undertaking.stop.signal,
      ...onGitHub,
      ...(given && { given }),
      ...(resume && { resume: resume.events }),
    },
    request,
  );
  const told = await tellResult({ recorder, artifacts, clock, facts, ...onGitHub });
  journal.close();
  return told;
};

/** `process.availableMemory` looks at control groups too, as `os.freemem` does not. */
const machine: Machine = { freeMemory: () => process.availableMemory() };

/** At most four: agents wait on their provider. Of warm agents one is loaded beyond those at work. */
const agentsByMemory = ({ agentStart }: Pick<Settings, 'agentStart'>): number =>
  Math.max(1, Math.min(4, agentsThatFit(machine.freeMemory()) - (agentStart === 'warm' ? 1 : 0)));

/** Unpredictable, since the boundary that frames untrusted text is made of it. */
const randomFraction = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** What is prepared in, and whom it tells what the run will need. */
interface Preparing extends Opened {
  readonly need: WarmNeed;
}

const prepareWorkshop = async (
  undertaking: Undertaking,
  preparing: Preparing,
  signal: AbortSignal,
): ReturnType<PrepareWorkshop> => {
  const { repository, isolated, env } = preparing;
  const { settings } = undertaking;
  const { place } = isolated;
  const redact = redactor(secretsOf(settings));
  const [agency, project] = await Promise.all([
    openAgency({ ...undertaking, redact }, preparing, signal),
    prepareProject({ repository, place, settings, env, signal }),
  ]);
  if (!agency.ok) return agency;
  if (!project.ok) return project;
  const { commands, notes, treeSetup } = project.value;
  const path = env['PATH'] ?? '';
  const validator = createValidator({ place, path, env, redact, network: settings.validationNetwork });
  const locksmith = createLocksmith({ repository, place, env });
  const validated = validateAfterSetup(validator, treeSetup);
  return success({ ...agency.value, commands, notes, locksmith, validator: validated });
};

/** Aider and the models behind the gateway. */
const openAgency = async (
  { settings, logsFolder, warn, redact, resume }: Undertaking & { readonly redact: (text: string) => string },
  { isolated: { place }, runFolder, env, closing, need }: Preparing,
  signal: AbortSignal,
) => {
  const aider = await provision(settings, env, signal);
  if (!aider.ok) return aider;
  const cassette = openCassette(env, redact);
  if (!cassette.ok) return cassette;
  const prices = openPrices({ file: aider.value.pricesFile });
  const { maxOutputTokens } = settings;
  const gateway = await startGateway({
    providers: upstreamsOf(settings),
    prices,
    budget: { ...settings, ...(resume && { spent: spentOf(resume.run) }) },
    maxOutputTokens,
    clock,
    random: randomFraction,
    proxyEnv: proxyOf(env),
    ...(cassette.value === undefined ? {} : { cassette: cassette.value }),
  });
  closing.push(() => gateway.close());
  const path = env['PATH'] ?? '';
  const common = { installation: aider.value, runFolder, path };
  const warm = warmAgents(settings, place, { ...common, port: Number(new URL(gateway.url).port), signal, warn });
  if (warm !== undefined) {
    closing.push(() => warm.close());
    need.serve(warm);
  }
  return success({
    agents: createAgentHost({ ...common, place, gateway, logsFolder, redact, ...(warm === undefined ? {} : { warm }) }),
    model: createModel({ gateway, clock, maxOutputTokens }),
    watch: gateway,
    priceSource: prices.source(),
  });
};

/** None where Aider is to be started plainly, or where a process cannot be started ahead of its clone. */
const warmAgents = (
  { agentStart }: Pick<Settings, 'agentStart'>,
  { standBy }: Place,
  options: Omit<WarmAgentsOptions, 'standBy'>,
): WarmAgents | undefined =>
  agentStart === 'plain' || standBy === undefined || options.installation.python === ''
    ? undefined
    : keepWarm({ ...options, standBy });

const provision = (
  { aiderVersion, aiderCommand }: Pick<Settings, 'aiderVersion' | 'aiderCommand'>,
  env: Env,
  signal: AbortSignal,
) =>
  provisionAider({
    version: aiderVersion,
    ...(aiderCommand === undefined ? {} : { command: aiderCommand }),
    toolCache: toolCache(env),
    env,
    clock,
    signal,
  });

/** Outlives the run: the runner's own tool cache, else a folder of the user's cache. */
const toolCache = (env: Env): string =>
  join(env['RUNNER_TOOL_CACHE'] ?? env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'aider-orchestrator');

const upstreamsOf = ({ providers }: Settings) =>
  Object.entries(providers).map(([name, access]) => ({ name, ...access }));

const proxyOf = (env: Env): Record<string, string> =>
  Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => {
      const value = env[name] ?? env[name.toLowerCase()];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Cancelled by SIGINT or SIGTERM; whatever comes, no child outlives this process. */
const stopOnSignals = (): AbortController => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => stop.abort('cancelled' satisfies StopReason));
  process.on('exit', killAllNow);
  return stop;
};
