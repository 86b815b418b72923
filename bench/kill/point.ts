import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findLeftovers } from '../../demo/runner/leftovers.js';
import type { ScriptedModel } from '../../demo/model/index.js';
import type { Summary } from '../../src/core/report/summary.js';
import { parseJournal } from '../../src/core/run/parse-journal.js';
import type { RunEvent } from '../../src/core/run/event.js';
import { git, makeKillMachine, startCommand, tryGit, type CommandEnd, type KillMachine } from './machine.js';
import { fileOf, taskIds, textOf } from './story.js';

/** How a run is killed and gone on with. */
export interface Kill {
  /** So long after its start, ms, or as soon as so many tasks have landed. */
  readonly when: { readonly atMs: number } | { readonly landed: number };
  /** `same`: where it was killed. `fresh`: on another machine, in a clone of the repository. */
  readonly where: 'same' | 'fresh';
  readonly flags: readonly string[];
}

/** What came of one kill. */
export interface Killed {
  readonly atMs: number;
  readonly where: Kill['where'];
  /** How far it had come, as who resumes it can see. */
  readonly had: 'nothing' | 'journal' | 'end';
  readonly landedBefore: number;
  /** Processes of ours that outlived the kill, and those left after the resume. */
  readonly strays: number;
  readonly straysLeft: number;
  /** Requests to the model in both processes. */
  readonly requests: number;
  /** For a task that had landed, after the resume began. */
  readonly paidAgain: number;
  readonly resumeMs: number;
  /** What is not as in the undisturbed run; empty when it recovered. */
  readonly faults: readonly string[];
}

/** What the undisturbed run left. */
export interface Undisturbed {
  readonly durationMs: number;
  readonly requests: number;
  readonly tree: string;
}

const runArgs = (flags: readonly string[]): readonly string[] => [
  ...['run', '--change', 'Make five modules', '--json'],
  ...['--model', 'openai/gpt-4.1', '--prd-model', 'openai/gpt-4.1', '--max-agents', '3', ...flags],
];

/** The code on a branch; PRD and summary hold times. */
const codeOn = (repository: string, branch: string): Promise<string> =>
  tryGit(repository, 'ls-tree', '-r', branch, 'src', 'README.md');

/** A run that had ended elsewhere left its branch there: a clone has it as one of `origin`. */
const resultIn = async (repository: string, branch: string | null | undefined): Promise<string> => {
  const here = `refs/heads/${branch ?? ''}`;
  return (await tryGit(repository, 'rev-parse', '--verify', here)) === ''
    ? `refs/remotes/origin/${branch ?? ''}`
    : here;
};

export const runUndisturbed = async (model: ScriptedModel, flags: readonly string[]): Promise<Undisturbed> => {
  const machine = await makeKillMachine();
  const before = model.requests.length;
  const end = await startCommand({ machine, model, args: runArgs(flags) }).ended;
  if (end.exitCode !== 0) throw new Error(`The undisturbed run failed:\n${end.stderr}`);
  const tree = await codeOn(machine.repository, summaryOf(end)?.branch ?? '');
  await machine.close();
  return { durationMs: end.durationMs, requests: model.requests.length - before, tree };
};

/** What every run has to leave, read from the story alone. */
export const treeOfStory = async (): Promise<Pick<Undisturbed, 'tree'>> => {
  const machine = await makeKillMachine();
  const { repository } = machine;
  for (const id of taskIds) await writeFile(join(repository, fileOf(id)), textOf(id));
  await git(repository, 'add', '-A');
  await git(repository, 'commit', '-q', '-m', 'five modules');
  const tree = await codeOn(repository, 'main');
  await machine.close();
  return { tree };
};

export const killAndResume = async (
  model: ScriptedModel,
  undisturbed: Pick<Undisturbed, 'tree'>,
  kill: Kill,
): Promise<Killed> => {
  const machine = await makeKillMachine();
  const first = model.requests.length;
  const running = startCommand({ machine, model, args: runArgs(kill.flags) });
  const startedAt = performance.now();
  const timer = new AbortController();
  void running.ended.then(() => timer.abort());
  await comes(kill.when, machine, timer.signal);
  const atMs = Math.round(performance.now() - startedAt);
  running.kill();
  await running.ended;
  const strays = (await findLeftovers(machine.root)).length;
  const there = kill.where === 'fresh' ? await machine.cloned() : machine;
  const seen = kill.where === 'fresh' ? await keptJournal(machine) : await localJournal(machine);
  const landed = seen.flatMap((event) => (event.type === 'task-landed' ? [event] : []));
  const second = model.requests.length;
  const end = await goOn(there, model, { seen, flags: kill.flags });
  const paid = model.requests
    .slice(second)
    .flatMap(({ question }) => ('task' in question ? [String(question.task)] : []));
  const paidAgain = paid.filter((id) => landed.some(({ task }) => task === id)).length;
  const straysLeft = (await findLeftovers(there.root)).length;
  const result = {
    atMs,
    where: kill.where,
    had: hadOf(seen),
    landedBefore: landed.length,
    strays,
    straysLeft,
    requests: model.requests.length - first,
    paidAgain,
    resumeMs: Math.round(end.durationMs),
    faults: [
      ...(paidAgain > 0 ? [`paid again for ${paidAgain} finished tasks`] : []),
      ...(straysLeft > 0 ? [`${straysLeft} stray processes`] : []),
      ...(await faultsOf(there, end, undisturbed)),
      ...(await lostCommits(there, landed)),
    ],
  };
  await Promise.all([...new Set([machine, there])].map((each) => each.close()));
  return result;
};

/** The moment to kill, or the end of the run. */
const comes = async (when: Kill['when'], machine: KillMachine, ended: AbortSignal): Promise<void> => {
  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal: ended }).catch(() => undefined);
  if ('atMs' in when) return wait(when.atMs);
  const landings = async (): Promise<number> =>
    (await localJournal(machine)).filter(({ type }) => type === 'task-landed').length;
  while (!ended.aborted && (await landings()) < when.landed) await wait(20);
};

const hadOf = (seen: readonly RunEvent[]): Killed['had'] =>
  seen.length === 0 ? 'nothing' : seen.some(({ type }) => type === 'run-ended') ? 'end' : 'journal';

/** Where nothing was begun, or nothing of it is left, a person would ask again. */
const goOn = async (
  machine: KillMachine,
  model: ScriptedModel,
  { seen, flags }: { readonly seen: readonly RunEvent[]; readonly flags: readonly string[] },
): Promise<CommandEnd> => {
  const [first] = seen;
  // Without a name it is the newest unfinished one; one that had ended has to be named.
  const named = first?.type === 'run-started' && hadOf(seen) === 'end' ? [first.runId] : [];
  const resumed = await startCommand({ machine, model, args: ['resume', '--json', ...named] }).ended;
  if (seen.length > 0 || !resumed.stderr.includes('No run of this repository was left unfinished')) return resumed;
  return startCommand({ machine, model, args: runArgs(flags) }).ended;
};

const localJournal = async ({ repository }: KillMachine): Promise<readonly RunEvent[]> => {
  const logs = join(repository, '.aider_logs');
  const name = (await readdir(logs).catch(() => [])).find((each) => each.startsWith('events-'));
  return name === undefined ? [] : parseJournal(await readFile(join(logs, name), 'utf8'));
};

const keptJournal = async ({ repository }: KillMachine): Promise<readonly RunEvent[]> => {
  const ref = await tryGit(repository, 'for-each-ref', '--format=%(refname)', 'refs/aider/*/journal');
  if (ref === '') return [];
  const name = await git(repository, 'ls-tree', '--name-only', ref);
  const file = name.split('\n').find((each) => each.endsWith('.ndjson')) ?? '';
  return parseJournal(`${await git(repository, 'show', `${ref}:${file}`)}\n`);
};

const summaryOf = ({ stdout }: CommandEnd): Summary | undefined => {
  try {
    return JSON.parse(stdout) as Summary;
  } catch {
    return undefined;
  }
};

const faultsOf = async (
  { repository }: KillMachine,
  end: CommandEnd,
  undisturbed: Pick<Undisturbed, 'tree'>,
): Promise<readonly string[]> => {
  const summary = summaryOf(end);
  if (summary === undefined) return [`no summary: ${end.stderr.trim().split('\n').slice(-3).join(' | ')}`];
  const result = await resultIn(repository, summary.branch);
  const tree = await codeOn(repository, result);
  const subjects = await tryGit(repository, 'log', '--first-parent', '--format=%s', `main..${result}`);
  const landings = subjects.split('\n').filter((subject) => subject.startsWith('Land '));
  const branches = await git(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/aider');
  return [
    ...(end.exitCode === 0 && summary.status === 'succeeded' ? [] : [`ended ${summary.status} (${end.exitCode})`]),
    ...(tree === undisturbed.tree ? [] : ['another tree']),
    ...(landings.length === taskIds.length && new Set(landings).size === taskIds.length
      ? []
      : [`landings: ${landings.join(', ')}`]),
    ...(branches.split('\n').length === 1 ? [] : [`branches: ${branches}`]),
  ];
};

const lostCommits = async (
  { repository }: KillMachine,
  landed: readonly { readonly task: string; readonly commit: string }[],
): Promise<readonly string[]> => {
  const lost = await Promise.all(
    landed.map(async ({ task, commit }) => ((await tryGit(repository, 'cat-file', '-t', commit)) ? [] : [task])),
  );
  return lost.flat().map((task) => `the commit of ${task} is lost`);
};
