import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Prices } from '../../core/prices.js';
import { findProvider } from '../../core/providers.js';
import type { Usage } from '../../core/usage.js';
import type { Clock } from '../../ports/clock.js';
import type { Gateway, GatewayLease } from '../../ports/gateway.js';
import { runStages, type Ending, type Exchange, type Stage, type Upstream } from './exchange.js';
import { forward } from './forward.js';
import { takeToken } from './headers.js';
import { openLease, type Lease } from './lease.js';
import { refuseDeadKeys, type OnDeadKey } from './refuse-dead-keys.js';
import { writeRefusal } from './refusal.js';
import { isConfigured, requireKey } from './require-key.js';
import { openConnections } from './upstream.js';

/** One request, for a log. */
export interface GatewayEntry {
  readonly client: string;
  readonly model: string | undefined;
  readonly ending: Ending['kind'];
  /** 0 where there was no answer. */
  readonly status: number;
  readonly durationMs: number;
  /** The client's use so far. */
  readonly usage: Usage;
}

export interface GatewayOptions {
  /** Every provider whose models may be asked; one without a key and with its default base is refused clearly. */
  readonly providers: readonly Upstream[];
  readonly prices?: Prices;
  readonly clock: Clock;
  readonly onDeadKey?: OnDeadKey;
  readonly log?: (entry: GatewayEntry) => void;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` of the machine. */
  readonly proxyEnv?: Readonly<Record<string, string>>;
}

export interface RunningGateway extends Gateway {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Ends every request and connection. */
  close(): Promise<void>;
}

/** Requests are read whole; no prompt is longer than this. */
const maxRequestBytes = 64 * 1024 * 1024;

/** Starts the gateway on a free port of 127.0.0.1. Rejects when the port cannot be opened. */
export const startGateway = async (options: GatewayOptions): Promise<RunningGateway> => {
  const leases = new Map<string, Lease>();
  const connections = openConnections(options.proxyEnv);
  const stages = [requireKey, refuseDeadKeys(options.onDeadKey), forward(connections)];
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, reply) => {
    void serve({ request, reply, leases, stages, options });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    lease: (client) => give(openLease(client, options.prices), { leases, url, providers: options.providers }),
    close: async () => {
      for (const lease of leases.values()) lease.close();
      connections.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

const give = (
  lease: Lease,
  at: { leases: Map<string, Lease>; url: string; providers: readonly Upstream[] },
): GatewayLease => {
  at.leases.set(lease.token, lease);
  const baseUrl = (provider: string): string => `${at.url}/${provider}`;
  const variables = at.providers.filter(isConfigured).flatMap((each) => {
    const provider = findProvider(each.name);
    return provider === undefined
      ? []
      : [[provider.baseEnv, baseUrl(each.name)] as const, [provider.keyEnv, lease.token] as const];
  });
  return {
    env: Object.fromEntries(variables),
    token: lease.token,
    baseUrl,
    traffic: lease.traffic,
    close: () => {
      at.leases.delete(lease.token);
      lease.close();
    },
  };
};

interface Incoming {
  readonly request: IncomingMessage;
  readonly reply: ServerResponse;
  readonly leases: ReadonlyMap<string, Lease>;
  readonly stages: readonly Stage[];
  readonly options: GatewayOptions;
}

const serve = async (incoming: Incoming): Promise<void> => {
  const { reply, stages, options } = incoming;
  const startedAt = options.clock.now();
  const admitted = await admit(incoming).catch(() => undefined);
  if (admitted === undefined) return void reply.destroy();
  if ('refuse' in admitted) {
    writeRefusal(reply, admitted.status, admitted.refuse);
    return void reply.end();
  }
  const ending = await runStages(stages, admitted).catch((error: Error): Ending => ({
    kind: 'unreached',
    message: error.message,
  }));
  // Booked before the reply ends: a client that has its whole answer finds it in its traffic.
  admitted.lease.book(admitted, ending);
  options.log?.(entryOf(admitted, ending, options.clock.now() - startedAt));
  finish(reply, ending);
};

type Admission = Exchange | { readonly status: number; readonly refuse: string };

const admit = async ({ request, reply, leases, options }: Incoming): Promise<Admission> => {
  const { token, rest } = takeToken(request.headers, request.url ?? '/');
  const [, name = '', path = ''] = /^\/([^/?]+)(.*)$/.exec(rest) ?? [];
  const lease = leases.get(token);
  const upstream = options.providers.find((each) => each.name === name);
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

const finish = (reply: ServerResponse, ending: Ending): void => {
  switch (ending.kind) {
    case 'answered':
      return void reply.end();
    case 'refused':
      writeRefusal(reply, ending.status, ending.message);
      return void reply.end();
    case 'unreached':
      if (reply.headersSent) return void reply.destroy();
      writeRefusal(reply, 502, ending.message);
      return void reply.end();
    case 'broken':
    case 'abandoned':
      // An honest end: a cut answer must not look like a whole one.
      return void reply.destroy();
  }
};

const entryOf = (exchange: Exchange, ending: Ending, durationMs: number): GatewayEntry => ({
  client: exchange.lease.client,
  model: exchange.model,
  ending: ending.kind,
  status: 'status' in ending ? ending.status : 0,
  durationMs,
  usage: exchange.lease.traffic().usage,
});
