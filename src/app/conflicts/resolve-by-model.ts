import { z } from 'zod';
import { hunksOf, mergeHunks, readMarked, type Part } from '../../core/conflicts/hunks.js';
import { isMadeByTool } from '../../core/conflicts/rules.js';
import { mergeQuestion, type PlacedHunk } from '../../core/prompts/merge-question.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Work } from '../step.js';
import type { Tools } from '../tools.js';
import { adopt, type Collision } from './adopt.js';

/** More is no longer a detail two tasks happened to touch. */
const maxHunks = 3;

/** Lines around a hunk that are shown. */
const contextLines = 20;

const Answer = z.object({ hunks: z.array(z.object({ text: z.string() })) });

interface Marked {
  readonly path: string;
  readonly parts: readonly Part[];
}

/**
 * Has a model write the lines of at most three hunks that both sides changed. Kept only where both tasks' validation
 * passes. Undefined otherwise, and for conflicts that are not about lines: deletions, renames, files made by tools.
 */
export const resolveByModel = async (tools: Tools, collision: Collision): Promise<Work | undefined> => {
  const { repository } = tools;
  const { head, work, files } = collision;
  if (files.length > maxHunks || (await someMadeByTool(tools, files))) return undefined;
  const tree = await repository.markedMerge(head, work.commit);
  const marked = await readAll(tools, collision, tree);
  if (marked === undefined) return undefined;
  const placed = marked.flatMap(placeHunks);
  if (placed.length > maxHunks) return undefined;
  const texts = await askForLines(tools, collision, placed);
  if (texts === undefined) return undefined;
  let from = 0;
  const merged = marked.map(({ path, parts }) => {
    const own = texts.slice(from, (from += hunksOf(parts).length));
    return [path, mergeHunks(parts, (_hunk, index) => own[index] ?? '')] as const;
  });
  return adopt(tools, collision, await repository.addFiles(tree, Object.fromEntries(merged)));
};

const someMadeByTool = async ({ repository }: Tools, files: readonly string[]): Promise<boolean> => {
  const attributes = await repository.attributes(repository.base.sha, files);
  return files.some((path, index) => isMadeByTool(path, attributes[index] ?? { union: false, generated: false }));
};

/** Every file with its hunks; undefined where one was deleted or moved by a side, or has no marked lines. */
const readAll = async (
  { repository }: Tools,
  { head, work, files }: Collision,
  tree: string,
): Promise<readonly Marked[] | undefined> => {
  const marked: Marked[] = [];
  for (const path of files) {
    const [ours, theirs, text] = await Promise.all(
      [head, work.commit, tree].map((commit) => repository.readFile(commit, path)),
    );
    const parts = readMarked(text ?? '', { ours: head, theirs: work.commit });
    if (ours === undefined || theirs === undefined || parts === undefined) return undefined;
    marked.push({ path, parts });
  }
  return marked;
};

const placeHunks = ({ path, parts }: Marked): readonly PlacedHunk[] =>
  parts.flatMap((part, index) => {
    if ('text' in part) return [];
    const around = (at: number): readonly string[] => {
      const near = parts[at];
      return near !== undefined && 'text' in near ? near.text.split(/(?<=\n)/) : [];
    };
    const above = around(index - 1)
      .slice(-contextLines)
      .join('');
    return [
      {
        path,
        above,
        hunk: part.hunk,
        below: around(index + 1)
          .slice(0, contextLines)
          .join(''),
      },
    ];
  });

const askForLines = async (
  { model, recorder, settings, random, signal }: Tools,
  { id, others }: Collision,
  hunks: readonly PlacedHunk[],
): Promise<readonly string[] | undefined> => {
  const { task } = taskRecord(recorder.run, id);
  const landed = others.map((other) => taskRecord(recorder.run, other).task);
  const boundary = `part-${random().toString(36).slice(2, 12)}`;
  const asked = task.model ?? settings.model;
  const question = mergeQuestion({ task, landed, hunks, boundary });
  const answer = await model.ask({ model: asked, name: 'merge', schema: Answer, ...question, signal });
  const { usage, durationMs } = answer.ok ? answer.value : { ...answer.failure, durationMs: 0 };
  recorder.record({ type: 'model-called', phase: 'tasks', model: asked, usage, durationMs });
  if (!answer.ok || answer.value.value.hunks.length !== hunks.length) return undefined;
  const texts = answer.value.value.hunks.map(({ text }) => withEnd(text));
  return texts.some((text) => /^(<{7}|={7}|>{7})( |$)/m.test(text)) ? undefined : texts;
};

const withEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
