import { mergeHunks, readMarked, union } from '../../core/conflicts/hunks.js';
import { ruleFor, sortedSet, type Rule } from '../../core/conflicts/rules.js';
import { relock } from '../relock.js';
import type { Work } from '../step.js';
import type { Tools } from '../tools.js';
import { adopt, type Collision } from './adopt.js';

interface Ruled {
  readonly path: string;
  readonly rule: Rule;
}

/** Whether every one of these files has a rule, so that a conflict in them alone is no reason to stop anybody. */
export const haveRules = async (tools: Tools, files: readonly string[]): Promise<boolean> =>
  (await rulesFor(tools, files)) !== undefined;

/**
 * Resolves a conflict in lock files, which are made anew, and in files declared append-only at base, which take the
 * lines of both. Undefined where another file is among them, a tool fails, or the result is not sound.
 */
export const resolveByRule = async (tools: Tools, collision: Collision): Promise<Work | undefined> => {
  const { files, work, head } = collision;
  const { repository } = tools;
  const ruled = await rulesFor(tools, files);
  if (ruled === undefined || !(await areOnBothSides(tools, collision))) return undefined;
  const marked = await repository.markedMerge(head, work.commit);
  const joined = await joinLines(tools, collision, marked, ruled);
  if (joined === undefined) return undefined;
  const tree = await relockOnHead(tools, collision, joined, ruled);
  return tree === undefined ? undefined : adopt(tools, collision, tree);
};

const rulesFor = async ({ repository }: Tools, files: readonly string[]): Promise<readonly Ruled[] | undefined> => {
  const attributes = await repository.attributes(repository.base.sha, files);
  const ruled = files.flatMap((path, index) => {
    const rule = ruleFor(path, attributes[index] ?? { union: false, generated: false });
    return rule === undefined ? [] : [{ path, rule }];
  });
  return ruled.length === files.length ? ruled : undefined;
};

/** A file that one side deleted or moved is a matter of intent, not of lines. */
const areOnBothSides = async ({ repository }: Tools, { files, work, head }: Collision): Promise<boolean> => {
  const [ours, theirs] = await Promise.all([repository.listFiles(head), repository.listFiles(work.commit)]);
  const [we, they] = [new Set(ours), new Set(theirs)];
  return files.every((path) => we.has(path) && they.has(path));
};

const joinLines = async (
  { repository }: Tools,
  { work, head }: Collision,
  marked: string,
  ruled: readonly Ruled[],
): Promise<string | undefined> => {
  const joined: Record<string, string> = {};
  for (const { path, rule } of ruled.filter((each) => each.rule.kind !== 'relock')) {
    const parts = readMarked((await repository.readFile(marked, path)) ?? '', { ours: head, theirs: work.commit });
    if (parts === undefined) return undefined;
    const text = mergeHunks(parts, union);
    joined[path] = rule.kind === 'set' ? sortedSet(text) : text;
  }
  return Object.keys(joined).length === 0 ? marked : repository.addFiles(marked, joined);
};

/** Lock files as the head has them, then brought in line with the merged manifests by their own tools. */
const relockOnHead = async (
  tools: Tools,
  { head }: Collision,
  from: string,
  ruled: readonly Ruled[],
): Promise<string | undefined> => {
  const locks = ruled.flatMap(({ path, rule }) => (rule.kind === 'relock' ? [path] : []));
  if (locks.length === 0) return from;
  const tree = await tools.repository.composeTree(from, head, locks);
  return relock(tools, { tree, on: head, locks });
};
