import type { Failure } from '../../core/failure.js';
import { howToGetSandbox } from '../../core/isolation.js';
import { type Result, failed, success } from '../../core/result.js';
import type { Place } from '../../ports/place.js';
import { openOtherUser } from '../other-user/open-other-user.js';
import { type OpenSandboxOptions, openSandbox } from '../sandbox/open-sandbox.js';
import { ownPath } from './own-path.js';

export interface OpenPlaceOptions extends OpenSandboxOptions {
  /** The setting `isolation`. */
  readonly want: 'auto' | 'sandbox' | 'user' | 'none';
}

export interface OpenedPlace {
  readonly place: Place;
  /** For a person: how it was got, and what it does not bound. */
  readonly notes: readonly string[];
  /** Where clones, store and what launches may write have to lie; by default the folder of the run. */
  readonly workFolder?: string;
  close(): Promise<void>;
}

const withoutStop = (text: string): string => text.trim().replace(/\.$/, '');

const noPlace = (why: string): Failure => ({
  reason: 'no-sandbox',
  who: 'user',
  message: `Agents and tests cannot be kept apart from this machine: ${withoutStop(why)}.`,
  action: `${howToGetSandbox}, or accept that agents and tests run with the rights of this user and set \`isolation: none\`.`,
});

const orFailure = (opened: Result<OpenedPlace, string>): Result<OpenedPlace, Failure> =>
  opened.ok ? opened : failed(noPlace(opened.failure));

/** The sandbox; where there is none, another user, with the reason why. */
const openStrongest = async (options: OpenSandboxOptions): Promise<Result<OpenedPlace, Failure>> => {
  const sandbox = await openSandbox(options);
  if (sandbox.ok || options.signal.aborted) return orFailure(sandbox);
  const user = await openOtherUser(options);
  const why = withoutStop(sandbox.failure);
  if (!user.ok) return failed(noPlace(`${why}; and as another user: ${user.failure}`));
  return success({ ...user.value, notes: [`There is no sandbox here: ${why}.`, ...user.value.notes] });
};

/**
 * Where the processes of a run work. `auto` is the strongest place that works, tried, not guessed; where there is
 * none the run ends with `no-sandbox`, since `none` is only for who asks for it.
 */
export const openPlace = async ({ want, ...options }: OpenPlaceOptions): Promise<Result<OpenedPlace, Failure>> => {
  switch (want) {
    case 'none':
      return success({ place: ownPath(), notes: [], close: () => Promise.resolve() });
    case 'user':
      return orFailure(await openOtherUser(options));
    case 'sandbox':
      return orFailure(await openSandbox(options));
    case 'auto':
      return openStrongest(options);
  }
};
