import { cpus, totalmem, version } from 'node:os';
import { execa } from 'execa';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly git: string;
  readonly at: string;
}

/** Looks at this machine. */
export const readMachine = async (): Promise<Machine> => {
  const { stdout } = await execa('git', ['version'], { stdin: 'ignore' });
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}, ${version()}`,
    node: process.version,
    git: stdout.replace(/^git version /, '').trim(),
    at: new Date().toISOString(),
  };
};

/** The machine in one line, to stand above the figures. */
export const renderMachine = ({ cores, processor, memoryGb, node, git, at }: Machine): string =>
  `${cores} cores (${processor}), ${memoryGb} GB, Node ${node.slice(1)}, git ${git}, ${at}`;
