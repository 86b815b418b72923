import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { toolCacheFolder } from '../../demo/runner/index.js';
import { runGit } from '../../__tests__/support/git-repo.js';
import type { Peer } from './run-peer.js';

const root = join(import.meta.dirname, '..', '..');
export const bernsteinVersion = '3.23.0';

/** This project, by its committed bundle. */
export const ours = (): Peer => ({
  name: 'aider-orchestrator',
  counts: (command) => command.includes('cli.js'),
  command: [
    process.execPath,
    join(process.env['E2E_DIST'] ?? join(root, 'dist'), 'cli.js'),
    ...['run', '--change', 'Six files', '--plan', 'plan.json', '--prd', 'prd.md', '--max-agents', '4', '--json'],
    ...['--model', 'openai/gpt-4.1', '--prd-model', 'openai/gpt-4.1'],
  ],
  env: { RUNNER_TOOL_CACHE: toolCacheFolder() },
  branch: async ({ folder }) => {
    const names = await runGit(folder, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/aider');
    return names.split('\n')[0] ?? 'work';
  },
});

/** The rival as it comes, and with the settings that make it faster: it looks every second, and at CPU load never. */
const seeds = {
  bernstein: { evolution_enabled: false },
  'bernstein, tuned': {
    evolution_enabled: false,
    tuning: {
      orchestrator: { tick_interval_s: 1.0, normal_tick_phase: 1 },
      parallelism: { cpu_pause_threshold: 100_000.0 },
    },
  },
} as const;

/** Installs the rival, pinned, into a venv of its own below `.cache`, by the uv that brought Aider. */
export const installBernstein = async (uv: string): Promise<string> => {
  const venv = join(root, '.cache', 'peers', `bernstein-${bernsteinVersion}`);
  const program = join(venv, 'bin', 'bernstein');
  if (existsSync(program)) return program;
  await mkdir(dirname(venv), { recursive: true });
  await execa(uv, ['venv', '-q', '--clear', '--python', '3.12', venv], { stdin: 'ignore' });
  const python = join(venv, 'bin', 'python');
  await execa(uv, ['pip', 'install', '-q', '--python', python, `bernstein==${bernsteinVersion}`], { stdin: 'ignore' });
  return program;
};

/** Both ways to run the rival, with the same Aider as ours first on its PATH. */
export const bernsteins = (program: string, aider: string): readonly Peer[] =>
  Object.entries(seeds).map(([name, seed], index) => ({
    name: `${name} ${bernsteinVersion}`,
    seed,
    counts: (command) => command.includes('bernstein') && !/bernstein-worker|aider/.test(command),
    command: [
      program,
      ...['run', 'plan.yaml', '--cli', 'aider', '--model', 'openai/gpt-4.1', '--auto-approve'],
      ...['--port', String(8_160 + index)],
    ],
    env: { PATH: [dirname(aider), dirname(program), process.env['PATH'] ?? ''].join(delimiter) },
    branch: async () => 'work',
  }));
