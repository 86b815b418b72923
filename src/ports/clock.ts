/** Time as an argument. `now` is epoch milliseconds; `sleep` ends early, without an error, when the signal aborts. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
