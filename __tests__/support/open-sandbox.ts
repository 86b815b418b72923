import { openPlace, type OpenPlaceOptions, type OpenedPlace } from '../../src/adapters/processes/open-place.js';

/** The real sandbox of this machine; a machine without one fails the test, with the reason. */
export const openSandboxPlace = async (
  runFolder: string,
  options: Partial<OpenPlaceOptions> = {},
): Promise<OpenedPlace> => {
  const signal = new AbortController().signal;
  const opened = await openPlace({ want: 'sandbox', runFolder, env: process.env, signal, ...options });
  if (!opened.ok) throw new Error(opened.failure.message);
  return opened.value;
};
