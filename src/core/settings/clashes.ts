import type { Given } from './collect.js';
import type { SettingFault } from './fault.js';
import type { SettingName } from './table.js';

/** Two settings that contradict each other when both are given, and why. */
interface Clash {
  readonly keep: SettingName;
  readonly drop: SettingName;
  readonly why: string;
  readonly when?: (keep: string, drop: string) => boolean;
}

const clashes: readonly Clash[] = [
  {
    keep: 'plan',
    drop: 'split',
    why: 'the plan already says how the work is split',
    when: (_, split) => split !== 'auto',
  },
  { keep: 'plan', drop: 'files', why: 'the plan already names its files' },
  { keep: 'aider-command', drop: 'aider-version', why: 'a command that is already there is not installed' },
  {
    keep: 'run-timeout-minutes',
    drop: 'agent-timeout-minutes',
    why: 'one message cannot take longer than the run',
    when: (run, agent) => Number(agent) > Number(run),
  },
  {
    keep: 'run-timeout-minutes',
    drop: 'validation-timeout-minutes',
    why: 'one command cannot take longer than the run',
    when: (run, command) => Number(command) > Number(run),
  },
];

const fault = ({ keep, drop, why }: Clash, given: Given): SettingFault => ({
  reason: 'clash',
  key: drop,
  source: given.source,
  expected: `nothing that contradicts ${keep}: ${why}`,
  came: `both ${keep} and ${drop}`,
  mend: `Remove ${drop}, or ${keep}.`,
});

/**
 * Finds settings that contradict each other. From the same source that is a fault; otherwise the lower source gives
 * way (an input may set a plan where the file sets a split) and is taken out of what is returned.
 */
export const resolveClashes = (
  given: ReadonlyMap<string, Given>,
): { readonly given: ReadonlyMap<string, Given>; readonly faults: readonly SettingFault[] } => {
  const left = new Map(given);
  const faults: SettingFault[] = [];
  for (const clash of clashes) {
    const keep = left.get(clash.keep);
    const drop = left.get(clash.drop);
    if (!keep || !drop || clash.when?.(keep.text, drop.text) === false) continue;
    if (keep.source === drop.source) faults.push(fault(clash, drop));
    else left.delete(keep.source === 'file' ? clash.keep : clash.drop);
  }
  return { given: left, faults };
};
