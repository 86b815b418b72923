import type { IncomingMessage, ServerResponse } from 'node:http';
import { findProvider } from '../../core/providers.js';
import { boundRequest } from './bound-request.js';
import { protocolOf } from './endpoints.js';
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
  /** Of every answer; what a client sets below it stays. */
  readonly maxOutputTokens: number;
}

/** Not let in: the status and what to say. */
export interface Turned {
  readonly status: number;
  readonly refuse: string;
}

/** Requests are read whole; no prompt is longer than this. */
const maxRequestBytes = 64 * 1024 * 1024;

/** One client asks one thing at a time; a few more are let in, a flood is not. */
const maxOpenPerLease = 8;

/**
 * Lets a request in: `POST /<provider>/<path of a completion>` with the token of an open lease, and nothing else a
 * key could open. Rejects when the client hangs up first. Who has no lease is not even read.
 */
export const admit = async (knock: Knock): Promise<Exchange | Turned> => {
  const { request, reply, leases, providers } = knock;
  const { token, rest } = takeToken(request.headers, request.url ?? '/');
  const [, name = '', path = ''] = /^\/([^/?]+)(.*)$/.exec(rest) ?? [];
  const lease = leases.get(token);
  const upstream = providers.find((each) => each.name === name);
  const method = request.method ?? '';
  const protocol = protocolOf(name, method, path);
  const turned = turn({ lease, upstream, protocol, name });
  if (turned !== undefined || lease === undefined || upstream === undefined || protocol === undefined) {
    await readBody(request, 0);
    return turned ?? { status: 404, refuse: 'no such place.' };
  }
  const body = await readBody(request, maxRequestBytes);
  if (body === undefined) return { status: 413, refuse: `a request may hold ${maxRequestBytes} bytes at most.` };
  const isOwnBase = upstream.base === findProvider(name)?.defaultBase;
  const bounded = boundRequest({
    provider: name,
    isOwnBase,
    protocol,
    path,
    body,
    maxOutputTokens: knock.maxOutputTokens,
  });
  if (!bounded.ok) return { status: 400, refuse: bounded.failure };
  const { model } = bounded.value;
  return {
    ...bounded.value,
    ...{ lease, upstream, method, reply, rest: path, headers: request.headers, asked: body },
    model: model === undefined ? undefined : `${name}/${model}`,
    signal: AbortSignal.any([lease.closed, goneSignal(reply)]),
  };
};

interface Asked {
  readonly lease: Lease | undefined;
  readonly upstream: Upstream | undefined;
  readonly protocol: ReturnType<typeof protocolOf>;
  readonly name: string;
}

const turn = ({ lease, upstream, protocol, name }: Asked): Turned | undefined => {
  if (lease === undefined) return { status: 401, refuse: 'this key is not a token of the gateway, or no longer.' };
  if (upstream === undefined) return { status: 404, refuse: `there is no provider "${name}" here.` };
  if (protocol === undefined) return { status: 404, refuse: 'only POST requests for completions are let through.' };
  return lease.open >= maxOpenPerLease
    ? { status: 429, refuse: 'too many requests are open on this token.' }
    : undefined;
};

/** Undefined when it is longer than `limit`; it is read to its end all the same, so that the refusal can be read. */
const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks);
};

const goneSignal = (reply: ServerResponse): AbortSignal => {
  const gone = new AbortController();
  reply.once('close', () => reply.writableFinished || gone.abort());
  return gone.signal;
};
