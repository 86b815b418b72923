import type { Failure } from '../core/failure.js';
import type { ReportFacts } from '../core/report/report.js';
import type { Request } from '../core/request/request.js';
import type { Result } from '../core/result.js';
import type { Given, RunEvent } from '../core/run/event.js';
import type { Run } from '../core/run/run.js';
import type { Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import type { Ledger } from '../ports/ledger.js';
import type { Sink } from '../ports/sink.js';
import type { Told } from './tell-result.js';

/** Where the user's repository is: on this machine, or a remote with perhaps a checkout of it. */
export type Source =
  | { readonly kind: 'local'; readonly folder: string }
  | {
      readonly kind: 'remote';
      readonly workspace?: string;
      readonly remoteUrl: string;
      readonly token: () => string | undefined;
    };

/** Where a run works, and as whom. */
export interface Ground {
  readonly source: Source;
  readonly baseBranch: string;
  /** Author and committer of every commit. */
  readonly identity: { readonly name: string; readonly email: string; readonly login: string };
}

/** Opens our records in the user's repository, in a folder of the run below `temp`. */
export type OpenLedger = (where: Ground & { readonly runId: string; readonly temp: string }) => Promise<Ledger>;

/** What of a run is in the user's repository: a ref, and the commits it reaches. */
export interface Kept {
  readonly ref: string;
  readonly commits: readonly string[];
}

/** A killed run that is to go on: its journal, and where its commits are beside this machine. */
export interface ToResume {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  readonly kept?: Kept;
}

/** A run to be: the same for the action and the command line. */
export interface Undertaking {
  readonly settings: Settings;
  readonly request: Request;
  readonly source: Source;
  readonly baseBranch: string;
  /** Author and committer of every commit. */
  readonly identity: { readonly name: string; readonly email: string };
  readonly runId: string;
  /** `.aider_logs/` of the repository. */
  readonly logsFolder: string;
  /** Everything else is kept below it and removed at the end. */
  readonly temp: string;
  readonly sinks: readonly Sink[];
  readonly facts: (run: Run) => Omit<ReportFacts, 'finishedAt' | 'priceSource' | 'events'>;
  /** Absent: the result is a local branch. */
  readonly github?: GitHub;
  readonly warn: (message: string) => void;
  /** What was given on the command line, for who resumes it there. */
  readonly given?: Given;
  /** Told first of all, in everything that shows the run. */
  readonly notes?: readonly string[];
  /** Absent: a new run begins. Its id and request are those of the run that goes on. */
  readonly resume?: ToResume;
  readonly stop: AbortController;
}

/** Opens what a run needs, carries it out and tells the result. A failure is one that kept it from starting. */
export type Undertake = (undertaking: Undertaking) => Promise<Result<Told, Failure>>;
