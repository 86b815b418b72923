/**
 * What `work` resolves with, or undefined as soon as the signal aborts: for work that others share, which goes on
 * without the one who waited.
 */
export const unlessAborted = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> => {
  const over = new AbortController();
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: over.signal });
  });
  // Nobody is left to hear how it ended.
  work.catch(() => undefined);
  return Promise.race([aborted, work]).finally(() => over.abort());
};
