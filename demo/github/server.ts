import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Faults, otherTargets, type Fault } from './faults.js';
import { parseGitPath, serveGit } from './git/serve.js';
import { serveGraphql } from './graphql.js';
import { send, sendJson, type Exchange } from './http.js';
import { servePage } from './pages/serve.js';
import { Description } from './rest/description.js';
import { serveRest, type Violation } from './rest/serve.js';
import type { World } from './world/world.js';

/** One request as it was answered. `at` is epoch ms of its arrival; status 0: the client went away unanswered. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly operationId: string | null;
  readonly status: number;
  readonly actor: string | null;
  readonly at: number;
}

/** The HTTP side: dispatches to REST, GraphQL, git and pages, logs every request, breaks what it is told to break. */
export class GitHubServer {
  readonly requests: RequestLogEntry[] = [];
  readonly violations: Violation[] = [];
  readonly faults: Faults;
  private readonly description = new Description();
  private readonly stopping = new AbortController();

  constructor(
    readonly world: World,
    private readonly server: Server,
  ) {
    const routes = this.description.routes;
    const names = routes.flatMap(({ operationId, method, template }) => [operationId, `${method} ${template}`]);
    this.faults = new Faults(new Set([...names, ...otherTargets]));
    server.on('request', (request, response) => void this.answer(request, response));
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = this.world.clock();
    const url = new URL(request.url ?? '/', this.world.serverUrl);
    const exchange: Exchange = { request, response, url, operationId: null, actor: null };
    response.once('close', () => this.log(exchange, at));
    try {
      await this.dispatch(exchange);
    } catch (error) {
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.violations.push({ operationId: exchange.operationId ?? url.pathname, status: 500, fault });
      send(exchange, {
        status: 500,
        type: 'text/plain; charset=utf-8',
        body: `The embedded GitHub failed: ${fault}\n`,
      });
    }
  }

  private async dispatch(exchange: Exchange): Promise<void> {
    const path = exchange.url.pathname;
    const takeFault = async (names: readonly string[]): Promise<Fault | undefined> =>
      await this.suffer(exchange, names);
    if (path === '/api/graphql') {
      exchange.operationId = 'graphql';
      const fault = await takeFault(['graphql']);
      if (fault?.status === undefined) return await serveGraphql(this.world, exchange);
      return sendJson(exchange, {
        status: fault.status,
        body: fault.body ?? { message: 'Injected fault' },
        headers: { ...fault.headers },
      });
    }
    if (path.startsWith('/api/v3/')) {
      const { world, description, violations } = this;
      return await serveRest({ world, description, violations }, exchange, {
        path: path.slice('/api/v3'.length),
        takeFault,
      });
    }
    const gitPath = parseGitPath(path);
    if (gitPath !== undefined) return await serveGit(this.world, exchange, { path: gitPath, takeFault });
    await servePage(this.world, exchange);
  }

  /** Waits out a fault's delay, or for ever; gives it back when there is more to it. */
  private async suffer(exchange: Exchange, names: readonly string[]): Promise<Fault | undefined> {
    const fault = this.faults.take(names);
    if (fault === undefined) return undefined;
    const gone = new Promise<void>((resolve) => exchange.response.once('close', resolve));
    if (fault.hang === true) {
      const held = this.faults.hold(names[0] ?? '', gone);
      this.world.changed();
      return (await held) ? undefined : { status: 504 };
    }
    if (fault.delayMs !== undefined) await this.delay(fault.delayMs, gone);
    return fault;
  }

  private async delay(ms: number, gone: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    const stopped = new Promise<void>((resolve) => this.stopping.signal.addEventListener('abort', () => resolve()));
    await Promise.race([passed, gone, stopped]);
    clearTimeout(timer);
  }

  private log({ request, response, url, operationId, actor }: Exchange, at: number): void {
    const status = response.headersSent ? response.statusCode : 0;
    this.requests.push({
      method: request.method ?? '',
      path: url.pathname + url.search,
      operationId,
      status,
      actor,
      at,
    });
    this.world.changed();
  }
}

/** Listens on loopback; `port` 0 takes a free one. */
export const listen = async (port: number): Promise<{ readonly server: Server; readonly url: string }> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
};
