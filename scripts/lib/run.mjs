// Child processes of the scripts. Plain JavaScript for Node 20 and newer.
import { spawn } from 'node:child_process';

/** Runs a command and keeps what it says. Never rejects: a command that cannot be started has code 127. */
export const capture = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (said.stdout += chunk));
    child.stderr.on('data', (chunk) => (said.stderr += chunk));
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? `signal ${signal}`, ...said }));
  });

/** Runs a command that must succeed. Rejects with the end of what it said. */
export const runQuietly = async (command, args, options) => {
  const { code, stdout, stderr } = await capture(command, args, options);
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(`\`${command} ${args.join(' ')}\` ended with ${code}:\n${said}`);
};

/** One step of a set-up: does it and writes one line, with what `work` says of it and how long it took. */
export const step = async (name, work) => {
  const startedAt = Date.now();
  const says = await work();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`set-up  ${name.padEnd(10)}${seconds.padStart(5)} s  ${says}`);
};
