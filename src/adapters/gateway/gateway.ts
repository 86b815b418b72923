import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseModelName } from '../../core/models.js';
import { ruleOf } from '../../core/outcome-rules.js';
import type { Prices } from '../../core/prices.js';
import { findProvider } from '../../core/providers.js';
import type { Usage } from '../../core/usage.js';
import type { Clock } from '../../ports/clock.js';
import type { Gateway, GatewayLease, GatewayNews, GatewayWatch } from '../../ports/gateway.js';
import { admit, type Knock } from './admit.js';
import type { Take } from './cassette.js';
import { cleaned } from './clean-answer.js';
import { runStages, type Ending, type Exchange, type Stage, type Upstream } from './exchange.js';
import { forward } from './forward.js';
import { replyHeaders } from './headers.js';
import { keepBudget, type BudgetKeeper, type BudgetOptions } from './keep-budget.js';
import { keepToLease } from './keep-to-lease.js';
import { longestHoldMs, openWindows, type Windows } from './keep-window.js';
import { openLease, type Lease } from './lease.js';
import { recorded } from './record.js';
import { resendStale } from './resend-stale.js';
import { refuseDeadKeys } from './refuse-dead-keys.js';
import { writeRefusal } from './refusal.js';
import { replayed } from './replay.js';
import { isConfigured, requireKey } from './require-key.js';
import { openConnections, type Connections } from './upstream.js';

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
  /** Of all leases together. Without it nothing is capped. */
  readonly budget?: BudgetOptions;
  /** Of every answer, tokens; a request that sets less keeps its own limit. Default 16,000. */
  readonly maxOutputTokens?: number;
  readonly clock: Clock;
  /** In [0, 1), for the pauses providers do not set themselves. */
  readonly random?: () => number;
  /** Where every answer is written down, or where all of them come from. */
  readonly cassette?: GatewayCassette;
  readonly log?: (entry: GatewayEntry) => void;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` of the machine. */
  readonly proxyEnv?: Readonly<Record<string, string>>;
}

export type GatewayCassette =
  | { readonly kind: 'record'; readonly write: (take: Take) => void }
  /** No provider is asked, and no key is needed. */
  | { readonly kind: 'replay'; readonly takes: readonly Take[] };

export interface RunningGateway extends Gateway, GatewayWatch {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Ends every request and connection. */
  close(): Promise<void>;
}

const defaultMaxOutputTokens = 16_000;

/** No message to an agent is shorter, with what Aider says before it; tokens. */
const smallestPrompt = 1_000;

/** Starts the gateway on a free port of 127.0.0.1. Rejects when the port cannot be opened. */
export const startGateway = async (options: GatewayOptions): Promise<RunningGateway> => {
  const leases = new Map<string, Lease>();
  const connections = connectionsOf(options);
  const providers = options.providers.map(asUpstream);
  const news = openNews();
  const { clock, random = Math.random, maxOutputTokens = defaultMaxOutputTokens } = options;
  const windows = openWindows({ clock, random, onChange: (provider) => news.tell({ kind: 'window', provider }) });
  const budget = options.budget === undefined ? undefined : keepBudget(options.budget, options.prices);
  const stages = stagesOf(options, { connections, windows, budget, tell: news.tell });
  const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (request, reply) => {
    void serve({ request, reply, leases, providers, maxOutputTokens, stages, options });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replays = options.cassette?.kind === 'replay';
  return {
    url,
    lease: (client, models) =>
      give(openLease(client, models, options.prices), {
        leases,
        url,
        providers: replays ? providers : providers.filter(isConfigured),
      }),
    mayStart: (model) => mayStart(windows, model),
    cannotPay: (model) => budget?.cannotPay(model, { input: smallestPrompt, output: maxOutputTokens }),
    listen: news.listen,
    close: async () => {
      for (const lease of leases.values()) lease.close();
      windows.close();
      connections.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

const connectionsOf = ({ cassette, proxyEnv }: GatewayOptions): Connections => {
  if (cassette?.kind === 'replay') return replayed(cassette.takes);
  const connections = cleaned(openConnections(proxyEnv));
  return cassette === undefined ? connections : recorded(connections, cassette.write);
};

interface Machinery {
  readonly connections: Connections;
  readonly windows: Windows;
  readonly budget: BudgetKeeper | undefined;
  readonly tell: (news: GatewayNews) => void;
}

/**
 * From the outside in. Dead keys are asked about twice: before a request is held, and after it was. The window is
 * around the budget, so that nothing is reserved for a request that is held.
 */
const stagesOf = (options: GatewayOptions, { connections, windows, budget, tell }: Machinery): readonly Stage[] => {
  const deadKeys = refuseDeadKeys((provider, kind, said) =>
    tell({ kind: 'dead-key', provider, failure: ruleOf(kind).failure(`${provider} refused the key: ${said}`) }),
  );
  return [
    keepToLease,
    ...(options.cassette?.kind === 'replay' ? [] : [requireKey]),
    deadKeys,
    windows.stage,
    resendStale,
    ...(budget === undefined ? [] : [budget.stage]),
    deadKeys,
    forward(connections),
  ];
};

/** A pause too long to be waited for is none: its tasks are to fail with the reason, not to wait for ever. */
const mayStart = (windows: Windows, model: string): boolean => {
  const name = parseModelName(model);
  const shutForMs = name.ok ? windows.shutFor(name.value.provider) : 0;
  return shutForMs === 0 || shutForMs > longestHoldMs;
};

const openNews = () => {
  const listeners = new Set<(news: GatewayNews) => void>();
  return {
    tell: (news: GatewayNews): void => {
      for (const listener of [...listeners]) listener(news);
    },
    listen: (listener: (news: GatewayNews) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
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
  const mine = at.providers.filter(({ name }) => [...lease.models].some((model) => model.startsWith(`${name}/`)));
  const variables = mine.flatMap((each) => {
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
    writeRefusal(reply, { status: admitted.status, message: admitted.refuse });
    return void reply.end();
  }
  const { lease } = admitted;
  lease.open += 1;
  const ending = await runStages(stages, admitted).catch((error: Error): Ending => ({
    kind: 'unreached',
    message: error.message,
    sent: true,
    stale: false,
  }));
  lease.open -= 1;
  // Booked before the reply ends: a client that has its whole answer finds it in its traffic.
  lease.book(admitted, ending);
  options.log?.(entryOf(admitted, ending, options.clock.now() - startedAt));
  finish(reply, ending);
};

const finish = (reply: ServerResponse, ending: Ending): void => {
  switch (ending.kind) {
    case 'answered':
      if (!reply.headersSent) reply.writeHead(ending.status, replyHeaders(ending.headers));
      return void reply.end(ending.body);
    case 'refused':
      writeRefusal(reply, ending);
      return void reply.end();
    case 'unreached':
      if (reply.headersSent) return void reply.destroy();
      writeRefusal(reply, { status: 502, message: ending.message });
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
