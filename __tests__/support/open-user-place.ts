import { openPlace, type OpenPlaceOptions, type OpenedPlace } from '../../src/adapters/processes/open-place.js';

/**
 * A real place of other users. Where the machine gives none (it takes root or sudo, nftables, a network namespace of
 * which we may set rules) the test fails and says what is missing.
 */
export const openUserPlace = async (
  runFolder: string,
  options: Partial<OpenPlaceOptions> = {},
): Promise<OpenedPlace> => {
  const signal = new AbortController().signal;
  // Whether the home of who runs the tests is shut to others is not what is tested.
  const env = { ...process.env, HOME: runFolder };
  const opened = await openPlace({ want: 'user', runFolder, env, signal, ...options });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
};
