import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyEdits } from '../../../demo/model/edits.js';
import type { Edit } from '../../../demo/model/edits.js';
import type { Question, Reply } from '../../../demo/model/script.js';
import type { Scenario } from '../../../demo/scenarios/scenario.js';

export type Tree = ReadonlyMap<string, string>;

const sampleFolder = fileURLToPath(new URL('../../../demo/sample/', import.meta.url));

export const readSample = async (): Promise<Tree> => {
  const entries = await readdir(sampleFolder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, index) => [path.slice(sampleFolder.length), texts[index] ?? '']));
};

/** The replies the script has for a task's messages, in order. */
export const repliesTo = (scenario: Scenario, task: string): readonly Reply[] => {
  const question = { kind: 'task', task } as Question;
  return scenario.script.rules.find((rule) => rule.matches(question))?.replies ?? [];
};

export const editsOf = (reply: Reply | undefined): readonly Edit[] => (reply?.kind === 'edits' ? reply.edits : []);

/** Base with the last answer of every task, in plan order. */
export const finalTree = (scenario: Scenario, base: Tree): Tree =>
  scenario.plan.tasks.reduce((tree, task) => applyEdits(tree, editsOf(repliesTo(scenario, task.id).at(-1))), base);

export const writeTree = async (folder: string, tree: Tree): Promise<void> => {
  for (const [path, text] of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
};

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

export const run = (folder: string, command: string, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@example.org',
    };
    execFile(command, args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });

export const inTemp = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
