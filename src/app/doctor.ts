import type { Check, Finding } from '../core/doctor.js';

/** Makes every check, side by side, and gives the findings in the order of the checks; one that breaks is a finding. */
export const examine = async (checks: Readonly<Record<string, Check>>): Promise<readonly Finding[]> => {
  const findings = await Promise.all(
    Object.entries(checks).map(([name, check]) => check().catch((error: unknown) => [broken(name, error)])),
  );
  return findings.flat();
};

const broken = (name: string, error: unknown): Finding => ({
  name,
  state: 'wrong',
  found: error instanceof Error ? error.message : String(error),
  fix: 'Report this with the text above.',
});
