import type { Failure } from '../../core/failure.js';
import { howToGetSandbox } from '../../core/isolation.js';
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
  /** For a person: how it was got, and what it does not bound. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

const noSandbox = (why: string): Failure => ({
  reason: 'no-sandbox',
  who: 'user',
  message: `Agents and tests cannot be kept apart from this machine: ${why}.`,
  action: `${howToGetSandbox}, or accept that agents and tests run with the rights of this user and set \`isolation: none\`.`,
});

/**
 * Where the processes of a run work. `auto` is the strongest place that works, tried, not guessed; where there is
 * none the run ends with `no-sandbox`, since `none` is only for who asks for it.
 */
export const openPlace = async ({ want, ...options }: OpenPlaceOptions): Promise<Result<OpenedPlace, Failure>> => {
  if (want === 'none') return success({ place: ownPath(), notes: [], close: () => Promise.resolve() });
  const opened = await openSandbox(options);
  return opened.ok ? opened : failed(noSandbox(opened.failure.replace(/\.$/, '')));
};
