/** One thing that must be right before a run can succeed. */
export interface Finding {
  readonly name: string;
  /** `note`: works without it, but less well. */
  readonly state: 'ok' | 'note' | 'wrong';
  readonly found: string;
  /** The command or setting that mends it; '' where nothing is to be done. */
  readonly fix: string;
}

export type Check = () => Promise<readonly Finding[]>;

/** Makes every check, side by side; a check that breaks is a finding of its own. */
export const examine = async (checks: Readonly<Record<string, Check>>): Promise<readonly Finding[]> => {
  const findings = await Promise.all(
    Object.entries(checks).map(([name, check]) =>
      check().catch((error: unknown): readonly Finding[] => [
        {
          name,
          state: 'wrong',
          found: error instanceof Error ? error.message : String(error),
          fix: 'Report this with the text above.',
        },
      ]),
    ),
  );
  return findings.flat();
};

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
