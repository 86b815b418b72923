import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Prices } from '../../core/prices.js';
import { findProvider } from '../../core/providers.js';
import type { Usage } from '../../core/usage.js';
import type { Clock } from '../../ports/clock.js';
import type { Gateway, GatewayLease } from '../../ports/gateway.js';
import { admit, type Knock } from './admit.js';
import { runStages, type Ending, type Exchange, type Stage, type Upstream } from './exchange.js';
import { forward } from './forward.js';
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

/** A provider of the table. Without a `base` its own address is asked. */
export interface GatewayProvider {
  readonly name: string;
  readonly base?: string;
  readonly key?: string;
}

export interface GatewayOptions {
  /** Every provider whose models may be asked; one without a key and with its default base is refused clearly. */
  readonly providers: readonly GatewayProvider[];
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

/** Starts the gateway on a free port of 127.0.0.1. Rejects when the port cannot be opened. */
export const startGateway = async (options: GatewayOptions): Promise<RunningGateway> => {
  const leases = new Map<string, Lease>();
  const connections = openConnections(options.proxyEnv);
  const upstreams = options.providers.map(asUpstream);
  const stages = [requireKey, refuseDeadKeys(options.onDeadKey), forward(connections)];
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, reply) => {
    void serve({ request, reply, leases, providers: upstreams, stages, options });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    lease: (client) => give(openLease(client, options.prices), { leases, url, providers: upstreams }),
    close: async () => {
      for (const lease of leases.values()) lease.close();
      connections.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

const asUpstream = ({ name, base, key }: GatewayProvider): Upstream => {
  const address = base ?? findProvider(name)?.defaultBase;
  if (address === undefined) throw new Error(`provider ${name} is not in the table and has no base`);
  return { name, base: address, key: key === '' ? undefined : key };
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

interface Incoming extends Knock {
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
