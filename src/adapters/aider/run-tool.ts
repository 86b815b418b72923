import { spawn } from 'node:child_process';

/** How a tool we install with ended. `code` is null when it never began or was stopped. `output` is both streams' end. */
export interface ToolEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly output: string;
}

export interface ToolOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const keep = 64_000;

/** Runs a trusted tool (python, uv, pip) in its own process group, which is killed on time-out or abort. Never rejects. */
export const runTool = (command: string, args: readonly string[], options: ToolOptions): Promise<ToolEnd> =>
  new Promise((resolve) => {
    // Not in the workspace: Python and uv would pick up modules and settings of the repository there.
    const child = spawn(command, args, {
      cwd: '/',
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    const add = (text: string): void => {
      output = (output + text).slice(-keep);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-keep);
      add(text);
    });
    child.stderr.setEncoding('utf8').on('data', add);
    const stop = (): void => killGroup(child.pid);
    const timer = setTimeout(stop, options.timeoutMs);
    const end = (code: number | null): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', stop);
      resolve({ code, stdout, output });
    };
    child.on('error', (error) => {
      add(error.message);
      end(null);
    });
    child.on('close', end);
    options.signal.addEventListener('abort', stop, { once: true });
    if (options.signal.aborted) stop();
  });

const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
};
