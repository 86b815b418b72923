import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { gitTestEnv } from './git-repo.js';

/** Smart HTTP around `git http-backend`: partial clones, any object, pushes; with a token where one is given. */
export interface GitServer {
  /** The address of a repository below the served folder. */
  url(name: string): string;
  /** `METHOD /path?query` of every request so far. */
  readonly requests: readonly string[];
  /** The authorization headers that came. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** Default true. */
  readonly allowFilter?: boolean;
  /** Path of a pre-receive hook's folder, to refuse pushes. */
  readonly hooksPath?: string;
  /** Asked of every request (`METHOD /path?query`): a status to refuse it with, or that only its answer is lost. */
  readonly fault?: (request: string) => number | 'lost' | undefined;
}

const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');

const cgiEnv = (request: IncomingMessage, folder: string, options: GitServerOptions): Record<string, string> => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const config = {
    'http.receivepack': 'true',
    'safe.directory': '*',
    'uploadpack.allowFilter': String(options.allowFilter ?? true),
    'uploadpack.allowAnySHA1InWant': 'true',
    'receive.denyCurrentBranch': 'ignore',
    ...(options.hooksPath === undefined ? {} : { 'core.hooksPath': options.hooksPath }),
  };
  const pairs = Object.entries(config).flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  return {
    ...gitTestEnv,
    ...Object.fromEntries(pairs),
    GIT_CONFIG_COUNT: String(Object.keys(config).length),
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    REMOTE_USER: 'tester',
    REMOTE_ADDR: '127.0.0.1',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
};

const answer = (response: ServerResponse, output: Buffer, isLost: boolean): void => {
  if (isLost) return void response.destroy();
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/s);
    if (name === 'Status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status).end(output.subarray(end + 4));
};

const run = (
  request: IncomingMessage,
  response: ServerResponse,
  { env, isLost }: { env: Record<string, string>; isLost: boolean },
): void => {
  const child = spawn(backend, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => answer(response, Buffer.concat(chunks), isLost));
  child.stdin.on('error', () => undefined);
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.pipe(child.stdin);
};

/** Serves every repository below `folder` (also those with a work tree, as `<name>/.git`) on a loopback port. */
export const serveGit = async (folder: string, token?: string, options: GitServerOptions = {}): Promise<GitServer> => {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const expected = token && `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    authorizations.push(request.headers.authorization);
    if (expected !== undefined && request.headers.authorization?.toLowerCase() !== expected.toLowerCase()) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const fault = options.fault?.(`${request.method} ${request.url}`);
    if (typeof fault === 'number') return void response.writeHead(fault).end('a fault');
    run(request, response, { env: cgiEnv(request, folder, options), isLost: fault === 'lost' });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `http://127.0.0.1:${port}/${name}/.git`,
    requests,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
