/** One thing that must be right before a run can succeed. */
export interface Finding {
  readonly name: string;
  /** `note`: works without it, but less well. */
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  /** The command or setting that mends it; '' where nothing is to be done. */
  readonly fix: string;
}

/** Looks at one thing of the machine. */
export type Check = () => Promise<readonly Finding[]>;

/** Whether nothing would keep a run from succeeding. */
export const isHealthy = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state !== 'wrong');

const marks = { ok: '✓', note: '•', wrong: '✗' } as const;

/** The findings for a terminal: one line each, and below what is not right the fix. */
export const renderFindings = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.map(({ name, state, found, fix }) =>
    [
      `${marks[state]} ${name.padEnd(width)}  ${found}`,
      ...(fix === '' ? [] : [`  ${' '.repeat(width)}  fix: ${fix}`]),
    ].join('\n'),
  );
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  const verdict =
    wrong === 0 ? 'Ready to run.' : `${wrong} ${wrong === 1 ? 'thing keeps' : 'things keep'} a run from succeeding.`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
};
