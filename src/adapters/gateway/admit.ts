import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange, Upstream } from './exchange.js';
import { takeToken } from './headers.js';
import type { Lease } from './lease.js';

/** A request at the door. */
export interface Knock {
  readonly request: IncomingMessage;
  readonly reply: ServerResponse;
  /** By token. */
  readonly leases: ReadonlyMap<string, Lease>;
  readonly providers: readonly Upstream[];
}

/** Not let in: the status and what to say. */
export interface Turned {
  readonly status: number;
  readonly refuse: string;
}

/** Requests are read whole; no prompt is longer than this. */
const maxRequestBytes = 64 * 1024 * 1024;

/** Lets a request in: `/<provider>/<rest>` with the token of an open lease. Rejects when the client hangs up first. */
export const admit = async ({ request, reply, leases, providers }: Knock): Promise<Exchange | Turned> => {
  const { token, rest } = takeToken(request.headers, request.url ?? '/');
  const [, name = '', path = ''] = /^\/([^/?]+)(.*)$/.exec(rest) ?? [];
  const lease = leases.get(token);
  const upstream = providers.find((each) => each.name === name);
  const body = await readBody(request);
  if (lease === undefined) return { status: 401, refuse: 'this key is not a token of the gateway, or no longer.' };
  if (upstream === undefined) return { status: 404, refuse: `there is no provider "${name}" here.` };
  if (hasDots(path)) return { status: 404, refuse: 'the path must not hold dot segments.' };
  if (body === undefined) return { status: 413, refuse: `a request may hold ${maxRequestBytes} bytes at most.` };
  return {
    lease,
    upstream,
    model: modelOf(name, path, body),
    method: request.method ?? 'POST',
    rest: path,
    headers: request.headers,
    body,
    reply,
    signal: AbortSignal.any([lease.closed, goneSignal(reply)]),
  };
};

/** The base's own path must hold: with `..` a client could reach another service of the host with the real key. */
const hasDots = (path: string): boolean => /(^|[/\\])\.{1,2}([/\\]|$)/.test(decode(path.replace(/\?.*$/s, '')));

const decode = (path: string): string => path.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\');

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxRequestBytes) chunks.push(chunk);
  }
  return size > maxRequestBytes ? undefined : Buffer.concat(chunks);
};

/** Gemini names the model in the path, the others in the body. */
const modelOf = (provider: string, path: string, body: Buffer): string | undefined => {
  const inPath = /\/models\/([^/:?]+):/.exec(path)?.[1];
  if (inPath !== undefined) return `${provider}/${inPath}`;
  try {
    const model = (JSON.parse(body.toString('utf8')) as { model?: unknown } | null)?.model;
    return typeof model === 'string' ? `${provider}/${model}` : undefined;
  } catch {
    return undefined;
  }
};

const goneSignal = (reply: ServerResponse): AbortSignal => {
  const gone = new AbortController();
  reply.once('close', () => reply.writableFinished || gone.abort());
  return gone.signal;
};
