import { join } from 'node:path';
import { stringify } from 'yaml';
import { write } from '../../demo/model/edits.js';
import { startScriptedModel, edits, onAnything, text, type Rule, type ScriptedModel } from '../../demo/model/index.js';
import { makeUserRepository, runGit } from '../../__tests__/support/git-repo.js';

/** How long every answer takes, ms; three of them follow each other at least. */
export const answerMs = 5_000;
export const lowerBoundMs = 3 * answerMs;

/** Four free tasks, one after all four, one after that; each writes one file of its own. */
export const parts = [1, 2, 3, 4, 5, 6].map((n) => ({
  id: `part-${n}`,
  path: `src/part-${n}.txt`,
  instructions: `Write src/part-${n}.txt.`,
  dependsOn: n <= 4 ? [] : n === 5 ? ['part-1', 'part-2', 'part-3', 'part-4'] : ['part-5'],
}));

/** Every choice of parts: who gives one agent several tasks in one message gets them all in one answer. */
const choices = Array.from({ length: 2 ** parts.length - 1 }, (_, n) =>
  parts.filter((_part, bit) => (n + 1) & (1 << bit)),
);

const asks = (said: string, chosen: typeof parts): boolean =>
  parts.every((part) => said.includes(part.instructions) === chosen.includes(part));

const answers: readonly Rule[] = choices.map((chosen) => ({
  name: chosen.map(({ id }) => id).join(' '),
  matches: ({ system, text: asked }) => asks(`${system}\n${asked}`, chosen),
  replies: [edits('Here it is.', ...chosen.map(({ id, path }) => write(path, `${id}\n`)))],
}));

const commitMessage: Rule = {
  name: 'commit message',
  matches: ({ system }) => /commit message/i.test(system),
  replies: [text('Write a part')],
};

/** A model that answers both orchestrators alike, each answer after `answerMs`. */
export const openModel = (): Promise<ScriptedModel> =>
  startScriptedModel({
    script: { name: 'six tasks', rules: [commitMessage, ...answers, onAnything(text('There is nothing to do.'))] },
    latencyMs: answerMs,
  });

const ourPlan = {
  version: 1,
  title: 'Six files',
  tasks: parts.map(({ id, path, instructions, dependsOn }) => ({
    ...{ id, title: `Write ${id}`, kind: 'implementation', instructions, writes: [path], dependsOn },
    acceptance: ['AC1'],
  })),
};

const ourPrd =
  '# Six files\n\n## Goal\n\nSix files are there.\n\n## Acceptance criteria\n\n- AC1: Six files are there.\n';

const theirStep = ({ id, path, instructions }: (typeof parts)[number]) => ({
  title: `Write ${id}`,
  description: instructions,
  ...{ role: 'backend', scope: 'small', complexity: 'low', files: [path] },
  completion_signals: [{ type: 'path_exists', value: path }],
});

const theirPlan = {
  name: 'six',
  description: 'Six files are there.',
  cli: 'aider',
  max_agents: 4,
  stages: [
    { name: 'free', steps: parts.slice(0, 4).map(theirStep) },
    { name: 'after', depends_on: ['free'], steps: parts.slice(4, 5).map(theirStep) },
    { name: 'last', depends_on: ['after'], steps: parts.slice(5).map(theirStep) },
  ],
};

/** What bernstein's Aider adapter cannot pass on: where the model is, and nothing that would ask the network. */
const aiderSettings = (base: string) => ({
  'openai-api-base': base,
  'check-update': false,
  'show-model-warnings': false,
  'show-release-notes': false,
  analytics: false,
  gitignore: false,
});

export interface PeerRepository {
  readonly folder: string;
  readonly branch: string;
}

/** A fresh repository with the plans of both; `seed` is bernstein's own settings. */
export const makePeerRepository = async (
  folder: string,
  { openAiBase, seed }: { readonly openAiBase: string; readonly seed: object },
): Promise<PeerRepository> => {
  await makeUserRepository(folder, {
    'README.md': '# Sample\n',
    'src/.keep': '',
    'plan.json': JSON.stringify(ourPlan),
    'prd.md': ourPrd,
    'plan.yaml': stringify(theirPlan),
    'bernstein.yaml': stringify({ goal: 'Six files are there.', cli: 'aider', max_agents: 4, ...seed }),
    '.aider.conf.yml': stringify(aiderSettings(openAiBase)),
  });
  // Bernstein refuses to work on the default branch.
  await runGit(folder, 'checkout', '-q', '-b', 'work');
  return { folder: join(folder), branch: 'work' };
};

/** How many of the six files are on a branch. */
export const partsOn = async ({ folder, branch }: PeerRepository): Promise<number> => {
  const listed = await runGit(folder, 'ls-tree', '-r', '--name-only', branch).catch(() => '');
  return parts.filter(({ path }) => listed.split('\n').includes(path)).length;
};
