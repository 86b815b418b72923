import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { Summary } from '../../src/core/report/summary.js';
import { gitTestEnv, runGit } from './git-repo.js';
import type { Ending } from './e2e-ending.js';
import type { Secrets } from './e2e-stage.js';

/*
 * What must hold at the end of every story, whatever became of it.
 */

/** Nothing is left of the run but its logs: no process, no working folder, no change in the workspace. */
export const expectCleanMachine = async ({ run }: Ending): Promise<void> => {
  expect(run.leftovers).toEqual([]);
  expect(await readdir(join(run.temp, 'aider-orchestrator')).catch(() => [])).toEqual([]);
  const status = await runGit(run.workspace, 'status', '--porcelain', '--ignored');
  expect(status.split('\n').filter((line) => line !== '' && !/^(\?\?|!!) \.aider_logs\//.test(line))).toEqual([]);
  expect(run.post?.exitCode).toBe(0);
};

/** Nobody asked GitHub or the model for what they do not know, and GitHub never met a request it had to invent for. */
export const expectHonestServers = ({ github, model }: Ending): void => {
  expect(github.violations).toEqual([]);
  expect(model.unmatched.map(({ question }) => question.text.slice(0, 200))).toEqual([]);
};

/** Journal without a gap, from the start to the end (after which only warnings come); summary on the machine and on the branch by their schema. */
export const expectSoundRecords = async (ending: Ending): Promise<void> => {
  const { journal, summary, run, fileOn } = ending;
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1));
  if (journal.length === 0) return;
  const last = journal.findLast(({ type }) => type !== 'warning');
  expect([journal[0]?.type, last?.type]).toEqual(['run-started', 'run-ended']);
  expect(run.outputs['status']).toBe(summary?.status);
  const branch = run.outputs['branch'] ?? '';
  if (branch === '') return;
  const committed = await fileOn(branch, run.outputs['summary-path'] ?? '');
  expect(Summary.parse(JSON.parse(committed ?? '')).runId).toBe(summary?.runId);
};

/** Where each marked secret was found; must be empty. Every place a person or an agent could read is searched. */
export const findLeaks = async (ending: Ending): Promise<readonly string[]> => {
  const marks = marksOf(ending.secrets);
  const leaks: string[] = [];
  for await (const [place, text] of places(ending))
    for (const [name, value] of marks) if (text.includes(value)) leaks.push(`${name} in ${place}`);
  return leaks;
};

/** Every secret in every form somebody could have given it. */
export const marksOf = ({ inputs, env, ...own }: Secrets): readonly (readonly [name: string, value: string])[] =>
  Object.entries({ ...inputs, ...env, ...own }).flatMap(([name, value]) =>
    Object.entries(formsOf(value)).map(([form, text]) => [`${name} (${form})`, text] as const),
  );

const formsOf = (value: string): Readonly<Record<string, string>> => ({
  plain: value,
  hex: Buffer.from(value).toString('hex'),
  HEX: Buffer.from(value).toString('hex').toUpperCase(),
  url: encodeURIComponent(value),
  json: JSON.stringify(value).slice(1, -1),
  reversed: [...value].reverse().join(''),
  // Wherever it stands among other bytes: without the characters its neighbours have a part in.
  ...Object.fromEntries(
    [0, 1, 2].map((shift) => [
      `base64+${String(shift)}`,
      Buffer.from(`${' '.repeat(shift)}${value}`)
        .toString('base64')
        .slice(shift === 0 ? 0 : 4, -4)
        .replace(/=+$/, ''),
    ]),
  ),
});

type Place = readonly [place: string, text: string];

async function* places(ending: Ending): AsyncGenerator<Place> {
  const { run, github, repo, pulls, model } = ending;
  yield ['the log', withoutMasks(run.stdout)];
  yield ['the error log', run.stderr];
  yield ['the log of post', withoutMasks(run.post?.stdout ?? '') + (run.post?.stderr ?? '')];
  yield ['an output', JSON.stringify(run.outputs)];
  yield ['the job summary', run.summaryMarkdown];
  yield ['a pull request', JSON.stringify(pulls)];
  for (let number = 1; hasIssue(ending, number); number += 1)
    yield [`#${String(number)}`, JSON.stringify(github.issueState(repo, number))];
  for (const { question } of model.requests) yield ['a prompt', question.system + question.text];
  yield ['a git object', await allObjects(github.gitDir(repo))];
  yield ['a ref', JSON.stringify(await github.refs(repo))];
  yield* filesOf(ending);
}

/** That is how a runner is told what to hide; it shows none of them. */
const withoutMasks = (stdout: string): string => stdout.replace(/^::add-mask::.*$/gm, '');

const hasIssue = ({ github, repo }: Ending, number: number): boolean => {
  try {
    return github.issueState(repo, number).number === number;
  } catch {
    return false;
  }
};

const allObjects = async (gitDir: string): Promise<string> => {
  const args = ['cat-file', '--batch', '--batch-all-objects', '--unordered'];
  return (await execa('git', args, { cwd: gitDir, env: gitTestEnv, extendEnv: false })).stdout;
};

/** Every file of the machine, but what the checkout itself leaves in the workspace's git configuration. */
async function* filesOf({ run }: Ending): AsyncGenerator<Place> {
  const root = dirname(dirname(dirname(run.workspace)));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path === join(run.workspace, '.git', 'config')) continue;
    yield [path.slice(root.length + 1), await readFile(path, 'latin1')];
  }
}
