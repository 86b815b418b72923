import type { Failure } from '../../core/failure.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Place } from '../../ports/place.js';
import { type OpenSandboxOptions, openSandbox } from '../sandbox/open-sandbox.js';
import { ownPath } from './own-path.js';

export interface OpenPlaceOptions extends OpenSandboxOptions {
  /** The setting `isolation`. */
  readonly want: 'auto' | 'sandbox' | 'none';
}

export interface OpenedPlace {
  readonly place: Place;
  /** For a person: how it was got, or what its absence means. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** What raises the isolation of this machine, as one line. */
export const howToGetSandbox =
  'Install bubblewrap (`apt-get install bubblewrap`) and allow user namespaces (on Ubuntu `sudo sysctl -w ' +
  'kernel.apparmor_restrict_unprivileged_userns=0`; in a container `options: --privileged`), or accept that agents ' +
  'and tests run with the rights of this user and set `isolation: none`.';

const noSandbox = (why: string): Failure => ({
  reason: 'no-sandbox',
  who: 'user',
  message: `Agents and tests cannot be kept apart from this machine: ${why}.`,
  action: howToGetSandbox,
});

const unprotected =
  'isolation: none. Agents, set-up and validation run with all rights of this user: they can read its files, ' +
  'reach its network and change what it can change.';

/**
 * Where the processes of a run work. `auto` is the strongest place that works, tried, not guessed; where there is
 * none the run ends with `no-sandbox`, since `none` is only for who asks for it.
 */
export const openPlace = async ({ want, ...options }: OpenPlaceOptions): Promise<Result<OpenedPlace, Failure>> => {
  if (want === 'none') return success({ place: ownPath(), notes: [unprotected], close: () => Promise.resolve() });
  const opened = await openSandbox(options);
  return opened.ok ? opened : failed(noSandbox(opened.failure.replace(/\.$/, '')));
};
