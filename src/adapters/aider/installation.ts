import type { Clock } from '../../ports/clock.js';

/** A real Aider that is ready to run. All paths are absolute. */
export interface AiderInstallation {
  /** The console script; `python -m aider` would lose the exit status. */
  readonly command: string;
  readonly python: string;
  readonly version: string;
  /** litellm's price table; '' for a given command whose Python could not be found. */
  readonly pricesFile: string;
  /** Folders a sandbox has to show read-only for the command to run: its venv and its base interpreter. */
  readonly roots: readonly string[];
}

/** What Aider is provisioned with. `toolCache` is a folder that outlives the run; it is made when missing. */
export interface ProvisionOptions {
  /** Release of `aider-chat`, e.g. `0.86.2`. */
  readonly version: string;
  /** A command already there, by path or by name on PATH; nothing is installed then. */
  readonly command?: string;
  readonly toolCache: string;
  /** Our own environment: PATH, HOME, proxy, certificate and index settings are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
