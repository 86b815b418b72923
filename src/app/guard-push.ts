import { changeLimits, judgeChanges } from '../core/policy/judge-changes.js';
import type { RefusedChange } from '../core/run/event.js';
import type { Tools } from './tools.js';

/** Of everything together more may change than of one agent's work. */
const limits = { ...changeLimits, maxFiles: 2_000, maxBytes: 100 * 1024 * 1024, maxUnnamedDeletions: Infinity };

/**
 * The patch policy once more, over all that a push would bring: what each agent may change was judged before, but two
 * harmless parts can make a harmful whole, such as names that differ in case only. Scope was the tasks' and is not
 * asked again. Empty when it may be pushed.
 */
export const refusedInPush = async (
  { repository, settings }: Pick<Tools, 'repository' | 'settings'>,
  commit: string,
): Promise<readonly RefusedChange[]> => {
  const base = repository.base.sha;
  const [changes, existing] = await Promise.all([repository.inspect(base, commit), repository.listFiles(base)]);
  const writes = changes.map((change) => change.path);
  return judgeChanges(changes, { writes, protectedFiles: settings.protectedFiles, existing, limits }).refused;
};

/** The refused parts as one line for a person. */
export const renderRefused = (refused: readonly RefusedChange[]): string =>
  refused
    .slice(0, 10)
    .map(({ path, why }) => `${JSON.stringify(path)}: ${why}`)
    .join('; ') + (refused.length > 10 ? `; and ${refused.length - 10} more` : '');
