import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders and files of one job on one machine. */
export interface Machine {
  /** Everything of this job lies below. */
  readonly root: string;
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  readonly eventPath: string;
}

/** Makes the folders a runner has, all new and empty, and writes the event file. */
export const makeMachine = async (repo: string, payload: unknown): Promise<Machine> => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'aider-orchestrator-runner-')));
  const name = repo.split('/')[1] ?? 'repo';
  const workspace = join(root, 'work', name, name);
  const temp = join(root, 'work', '_temp');
  const home = join(root, 'home');
  const eventPath = join(temp, '_github_workflow', 'event.json');
  await Promise.all([workspace, home, join(eventPath, '..')].map((each) => mkdir(each, { recursive: true })));
  await writeFile(eventPath, JSON.stringify(payload, null, 2));
  return { root, workspace, temp, home, eventPath };
};

/** The file commands of one step, made empty. */
export interface StepFiles {
  readonly output: string;
  readonly state: string;
  readonly summary: string;
  readonly env: string;
  readonly path: string;
}

export const makeStepFiles = async (machine: Machine, step: string): Promise<StepFiles> => {
  const folder = join(machine.temp, '_runner_file_commands');
  await mkdir(folder, { recursive: true });
  const make = async (kind: string): Promise<string> => {
    const path = join(folder, `${kind}_${step}`);
    await writeFile(path, '');
    return path;
  };
  const [output, state, summary, env, path] = await Promise.all([
    make('set_output'),
    make('save_state'),
    make('step_summary'),
    make('set_env'),
    make('add_path'),
  ]);
  return { output, state, summary, env, path };
};
