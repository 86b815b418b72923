/** Units a figure comes in. `x` is a ratio to a lower bound, `%` a share of 100, `n` a plain number. */
export type Unit = 'ms' | 's' | 'x' | '%' | 'MB' | 'kB' | 'n' | 'per min';

/** What a figure must be to hold; the source is the table of numbers to hold in the design. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** The same figure of something else, measured in the same run on the same input. */
export interface Rival {
  readonly name: string;
  readonly value: number;
}

/** One measured figure, with what it is compared with. */
export interface Row {
  /** What was measured, with its conditions, e.g. `mean makespan / lower bound, 12 tasks, 4 agents`. */
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  readonly goal?: Goal;
  /** Never empty: a figure alone says little. Where nothing else does the same, a stage or a floor of it. */
  readonly beside: readonly Rival[];
  /** For a reader: scaling, sample size. */
  readonly note?: string;
}

/** How a benchmark is to be run. */
export interface Conditions {
  /** Everything drawn by chance follows from it. */
  readonly seed: number;
  /** `quick` takes a tenth of the samples: to see that it works, not to quote. */
  readonly pace: 'quick' | 'full';
  /** Also what takes minutes, such as repositories of 100,000 files. */
  readonly large: boolean;
  /** An empty folder of this benchmark's own, removed afterwards. */
  readonly folder: string;
  /** Progress for a person who waits. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A benchmark: rows come from real runs of the engine, never from a table. */
export interface Bench {
  /** What it is called on the command line. */
  readonly name: string;
  /** One line: what is run and what is scaled or stood in for. */
  readonly about: string;
  readonly run: (conditions: Conditions) => Promise<readonly Row[]>;
}

/** A benchmark's rows under its name. */
export interface Measured {
  readonly bench: string;
  readonly about: string;
  readonly tookMs: number;
  readonly rows: readonly Row[];
}

/** Whether the figure reaches its goal; undefined without one. */
export const holds = ({ value, goal }: Pick<Row, 'value' | 'goal'>): boolean | undefined => {
  if (goal === undefined) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
};

/** So many of them at this pace; at least 2. */
export const samples = ({ pace }: Pick<Conditions, 'pace'>, full: number): number =>
  pace === 'full' ? full : Math.max(2, Math.ceil(full / 10));
