import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { CommentState, PullRequestState } from '../../demo/github/index.js';
import type { ActionRun } from '../../demo/runner/index.js';
import { findNode } from '../../demo/runner/index.js';
import { trackingMarker } from '../../src/core/render/markdown.js';
import { Summary } from '../../src/core/report/summary.js';
import { RunEvent } from '../../src/core/run/event.js';
import { runGit } from './git-repo.js';
import type { Stage } from './e2e-stage.js';

/** A commit of a branch with its trailers. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly committer: string;
  readonly subject: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** A run that is over, with everything it left that can be looked at. */
export interface Ending extends Stage {
  readonly run: ActionRun;
  /** Events of the journal, parsed; none where no run began. */
  readonly journal: readonly RunEvent[];
  /** The summary file of `.aider_logs`, parsed; undefined where no run began. */
  readonly summary: Summary | undefined;
  /** Names and texts of the files in `.aider_logs`. */
  readonly logs: ReadonlyMap<string, string>;
  readonly pulls: readonly PullRequestState[];
  /** Full names of all refs but the default branch, GitHub's own for pull requests, and journals. */
  readonly branches: readonly string[];
  /** Full names of our own refs outside of branches: journals and locks. */
  readonly ledger: readonly string[];
  /** Comments of ours that hold the tracking marker. */
  trackingComments(issue: number): readonly CommentState[];
  /** The commits of a branch that the default branch does not have, newest first. */
  commits(branch: string): Promise<readonly CommitFacts[]>;
  /** A file of a branch; undefined where there is none. */
  fileOn(branch: string, path: string): Promise<string | undefined>;
  /** Files a branch changed against the default branch, sorted. */
  changedOn(branch: string): Promise<readonly string[]>;
  /** Runs a command of Node in a fresh checkout of a branch; resolves with its exit code and output. */
  runNodeOn(
    branch: string,
    ...args: readonly string[]
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
}

/** Events of one type. */
export const eventsOf = <Type extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { type: Type }>[] =>
  events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);

/** Looks at everything once; the folders of the run are still there. */
export const readEnding = async (stage: Stage, run: ActionRun): Promise<Ending> => {
  const logs = await readFolder(join(run.workspace, '.aider_logs'));
  const refs = Object.keys(await stage.github.refs(stage.repo));
  return {
    ...stage,
    run,
    logs,
    journal: readJournal(logs),
    summary: readSummary(logs),
    pulls: await stage.github.pullRequests(stage.repo),
    branches: refs.filter((ref) => ref !== 'refs/heads/main' && !/^refs\/(pull|aider)\//.test(ref)),
    ledger: refs.filter((ref) => ref.startsWith('refs/aider/')),
    trackingComments: (issue) =>
      stage.github.comments(stage.repo, issue).filter(({ body }) => body.includes(trackingMarker)),
    ...gitOf(stage, run),
  };
};

const readFolder = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, index) => [path.slice(folder.length + 1), texts[index] ?? '']));
};

const named = (logs: ReadonlyMap<string, string>, pattern: RegExp): string | undefined =>
  [...logs].find(([name]) => pattern.test(name))?.[1];

const readJournal = (logs: ReadonlyMap<string, string>): readonly RunEvent[] =>
  (named(logs, /^events-.*\.ndjson$/) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => RunEvent.parse(JSON.parse(line)));

const readSummary = (logs: ReadonlyMap<string, string>): Summary | undefined => {
  const text = named(logs, /^summary-.*\.json$/);
  return text === undefined ? undefined : Summary.parse(JSON.parse(text));
};

const gitOf = (stage: Stage, run: ActionRun): Pick<Ending, 'commits' | 'fileOn' | 'changedOn' | 'runNodeOn'> => {
  const git = (...args: readonly string[]): Promise<string> => runGit(stage.github.gitDir(stage.repo), ...args);
  return {
    commits: async (branch) => {
      const format = ['%H', '%P', '%an <%ae>', '%cn <%ce>', '%s', '%(trailers:only,unfold)'].join('%x1f');
      const text = await git('log', `--format=${format}%x1e`, `main..${branch}`);
      return text
        .split('\x1e')
        .filter((each) => each.trim() !== '')
        .map(readCommit);
    },
    fileOn: async (branch, path) => git('show', `${branch}:${path}`).catch(() => undefined),
    changedOn: async (branch) =>
      (await git('diff', '--name-only', '--no-renames', `main...${branch}`)).split('\n').sort(),
    runNodeOn: async (branch, ...args) => {
      const folder = join(run.temp, `checkout-${branch.replaceAll('/', '-')}`);
      await git('clone', '-q', '--branch', branch, '.', folder);
      const done = await execa(findNode(), [...args], { cwd: folder, reject: false, all: true });
      return { exitCode: done.exitCode ?? 1, output: done.all };
    },
  };
};

const readCommit = (text: string): CommitFacts => {
  const [sha = '', parents = '', author = '', committer = '', subject = '', trailers = ''] = text.trim().split('\x1f');
  const pairs = trailers
    .split('\n')
    .filter((line) => line.includes(': '))
    .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const);
  return {
    ...{ sha, author, committer, subject },
    parents: parents.split(' ').filter((each) => each !== ''),
    trailers: Object.fromEntries(pairs),
  };
};
