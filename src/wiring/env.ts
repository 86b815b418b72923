/** The whole environment this process was started with. `process.env` is scrubbed by then: `startScrubbed`. */
export type Env = Readonly<Record<string, string | undefined>>;
