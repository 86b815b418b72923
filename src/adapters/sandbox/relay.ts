import type * as childProcess from 'node:child_process';
import type * as net from 'node:net';

interface RelayParts {
  readonly net: typeof net;
  readonly spawn: typeof childProcess.spawn;
  /** Marker, `port=socket` pairs joined by commas, command, arguments. */
  readonly given: readonly string[];
  readonly exit: (code: number, error?: string) => void;
}

/**
 * The first process of a sandbox that may reach ports of ours: listens on each of them inside, copies every connection
 * to its unix socket, and only then starts the command, so that the command never finds a port closed. It ends with
 * the command's exit code. It is run from its own text, in a Node without any module of ours: it must not refer to
 * anything outside itself.
 */
export const relay = ({ net, spawn, given, exit }: RelayParts): void => {
  const [marker = '', pairs = '', command = '', ...args] = given;
  const numbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
  const listen = (pair: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const [port, path = ''] = pair.split('=');
      const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
        const far = net.connect({ path, allowHalfOpen: true });
        near.on('error', () => far.destroy()).on('close', () => far.destroy());
        far.on('error', () => near.destroy()).on('close', () => near.destroy());
        near.pipe(far).pipe(near);
      });
      server.on('error', reject).listen(Number(port), '127.0.0.1', resolve);
    });
  const start = (): void => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', (error) => exit(127, `${marker}: ${error.message}`));
    child.on('exit', (code, signal) => exit(code ?? 128 + (numbers[signal ?? ''] ?? 6)));
  };
  Promise.all(pairs.split(',').map(listen)).then(start, (error: Error) => exit(127, `${marker}: ${error.message}`));
};

/** The relay as a script of its own. esbuild, which runs our TypeScript as it is, marks functions by `__name`. */
export const relayScript = `'use strict';
const __name = (given) => given;
const exit = (code, error) => {
  if (error !== undefined) require('node:fs').writeSync(2, error + '\\n');
  process.exit(code);
};
const { spawn } = require('node:child_process');
(${relay.toString()})({ net: require('node:net'), spawn, given: process.argv.slice(2), exit });
`;
