import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Fault } from '../faults.js';
import { identify, send, standInHeader, type Exchange } from '../http.js';
import { maySee, mayUse } from '../world/access.js';
import type { Repo, Token } from '../world/model.js';
import { syncPulls } from '../world/pulls.js';
import type { World } from '../world/world.js';
import { gitEnv } from './git.js';

/** git over smart HTTP: git's own `http-backend` behind token authentication. */

export interface GitPath {
  readonly fullName: string;
  /** Below the repository, e.g. `/info/refs`. */
  readonly tail: string;
}

export const parseGitPath = (path: string): GitPath | undefined => {
  const match =
    /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack|\/HEAD|\/objects\/.*)$/.exec(path);
  return match === null ? undefined : { fullName: decodeURIComponent(match[1] ?? ''), tail: match[2] ?? '' };
};

export const serviceOf = (tail: string, url: URL): 'git-upload-pack' | 'git-receive-pack' => {
  const asked = tail === '/info/refs' ? url.searchParams.get('service') : tail.slice(1);
  return asked === 'git-receive-pack' ? 'git-receive-pack' : 'git-upload-pack';
};

const text = (exchange: Exchange, status: number, body: string, headers: Record<string, string> = {}): void =>
  send(exchange, { status, type: 'text/plain; charset=utf-8', body: `${body}\n`, headers });

const askForToken = (exchange: Exchange, body: string): void =>
  text(exchange, 401, body, { 'www-authenticate': 'Basic realm="GitHub"' });

const badToken = 'Invalid username or token. Password authentication is not supported for Git operations.';

type Admission = { readonly repo: Repo; readonly token: Token | undefined } | undefined;

/** Who may do what; where it is refused, the answer has been sent in the words git shows after `remote:`. */
const admit = (
  world: World,
  exchange: Exchange,
  { fullName, isPush }: { fullName: string; isPush: boolean },
): Admission => {
  const identity = identify(world, exchange.request);
  if (identity.kind === 'bad') return void askForToken(exchange, badToken);
  const token = identity.kind === 'known' ? identity.token : undefined;
  exchange.actor = token?.actor.login ?? null;
  const repo = world.repo(fullName);
  const isVisible = repo !== undefined && maySee(repo, token);
  if (token === undefined && (isPush || !isVisible)) return void askForToken(exchange, 'Authentication required.');
  if (!isVisible) return void text(exchange, 404, 'Repository not found.');
  const right = { scope: 'contents', level: isPush ? 'write' : 'read', role: isPush ? 'write' : 'read' } as const;
  if (mayUse(repo, token, [right])) return { repo, token };
  const who = token?.actor.login ?? 'anonymous';
  return void text(exchange, 403, `Permission to ${repo.fullName}.git denied to ${who}.`);
};

const mayPushWorkflows = (token: Token | undefined): boolean =>
  token?.kind === 'pat' || (token?.kind === 'app' && token.permissions.workflows === 'write');

const headerEnv = (exchange: Exchange): Record<string, string> => {
  const { headers, method } = exchange.request;
  const protocol = headers['git-protocol'];
  return {
    REQUEST_METHOD: method ?? 'GET',
    QUERY_STRING: exchange.url.search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
    ...(headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
    ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol, HTTP_GIT_PROTOCOL: protocol } : {}),
  };
};

interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** What came after the head in the same chunk. */
  readonly rest: Buffer;
}

const parseHead = (text: string, rest: Buffer): Head => {
  const lines = text.split(/\r?\n/).map((line) => /^([^:]+): *(.*)$/.exec(line));
  const pairs = lines.filter((line) => line !== null).map(([, name = '', value = '']) => [name.toLowerCase(), value]);
  const { status = '200', ...headers } = Object.fromEntries(pairs) as Record<string, string>;
  return { status: Number.parseInt(status, 10), headers, rest };
};

/** Reads the CGI head; undefined when the backend ended without one. */
const readHead = async (stream: Readable): Promise<Head | undefined> => {
  let seen = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    seen = Buffer.concat([seen, chunk as Buffer]);
    const end = /\r?\n\r?\n/.exec(seen.toString('latin1'));
    if (end !== null)
      return parseHead(seen.subarray(0, end.index).toString('latin1'), seen.subarray(end.index + end[0].length));
  }
  return undefined;
};

const backend = (exchange: Exchange, { repo, token }: { repo: Repo; token: Token | undefined }, tail: string) =>
  spawn('git', ['http-backend'], {
    cwd: repo.gitDir,
    env: {
      ...gitEnv,
      ...headerEnv(exchange),
      GIT_PROJECT_ROOT: repo.gitDir,
      PATH_INFO: tail,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: token?.actor.login ?? '',
      REMOTE_ADDR: exchange.request.socket.remoteAddress ?? '',
      ...(mayPushWorkflows(token) ? {} : { EMBEDDED_GITHUB_WORKFLOWS: 'refuse' }),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Runs the backend; bodies are streamed both ways. A push is settled before its answer ends. */
const relay = async (
  exchange: Exchange,
  admission: NonNullable<Admission>,
  end: { tail: string; settle: () => Promise<void> },
) => {
  const { request, response } = exchange;
  const child = backend(exchange, admission, end.tail);
  const gone = (): boolean => child.kill();
  response.once('close', gone);
  const fed = pipeline(request, child.stdin).catch(() => undefined);
  const head = await readHead(child.stdout);
  if (head === undefined) return void text(exchange, 500, 'git http-backend gave no answer');
  response.writeHead(head.status, { ...standInHeader, ...head.headers });
  if (head.rest.length > 0) response.write(head.rest);
  await pipeline(child.stdout, response, { end: false }).catch(() => undefined);
  response.off('close', gone);
  await fed;
  await end.settle();
  response.end();
};

/** Answers a git request. */
export const serveGit = async (
  world: World,
  exchange: Exchange,
  { path, takeFault }: { path: GitPath; takeFault: (names: readonly string[]) => Promise<Fault | undefined> },
): Promise<void> => {
  const service = serviceOf(path.tail, exchange.url);
  exchange.operationId = service;
  const fault = await takeFault([service]);
  if (fault?.status !== undefined)
    return text(exchange, fault.status, typeof fault.body === 'string' ? fault.body : 'Injected fault.', {
      ...fault.headers,
    });
  const isPush = service === 'git-receive-pack';
  const admission = admit(world, exchange, { fullName: path.fullName, isPush });
  if (admission === undefined) return;
  const { repo, token } = admission;
  const isDone = isPush && exchange.request.method === 'POST';
  const settle = async (): Promise<void> => {
    if (isDone && token !== undefined) await syncPulls(world, repo, token.actor);
  };
  await relay(exchange, admission, { tail: path.tail, settle });
};
