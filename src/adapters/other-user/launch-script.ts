import { groupMark } from '../processes/groups.js';
import { limitScript, type Limits } from '../sandbox/limits.js';

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * An environment as lines of a shell. It goes over standard input, since sudo lets none through and what stands in
 * arguments is there for every user to read in `/proc`. A name no shell can have is left out.
 */
export const exportLines = (env: Readonly<Record<string, string>>): string =>
  Object.entries({ ...env, ...groupMark() })
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');

/** Takes its environment, goes to the clone ($1), sets the limits and becomes the command. `$0` marks what it says. */
export const launchScript = (limits: Limits): string =>
  ['eval "$(cat)"', 'exec < /dev/null', 'umask 022', 'cd -- "$1" || exit 127', 'shift', limitScript(limits)].join('\n');
