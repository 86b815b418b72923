import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy on loopback that leads to named hosts only. */
export interface PackageProxy {
  readonly port: number;
  /** `host:port` of every request it refused, in order, each once. */
  readonly refused: () => readonly string[];
  close(): Promise<void>;
}

export interface PackageProxyOptions {
  /** `host:port`. */
  readonly allowed: ReadonlySet<string>;
  /** The machine's own proxy, where it has one and the host is not excepted. */
  readonly outer: (host: string) => URL | undefined;
}

/** The machine's proxy for a host, from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export const outerProxy =
  (env: Readonly<Record<string, string | undefined>>) =>
  (host: string): URL | undefined => {
    const of = (name: string): string => env[name] ?? env[name.toLowerCase()] ?? '';
    const excepted = of('NO_PROXY')
      .split(',')
      .map((each) => each.trim().replace(/^\*?\./, ''))
      .filter((each) => each !== '');
    if (excepted.some((each) => each === '*' || host === each || host.endsWith(`.${each}`))) return undefined;
    return URL.parse(of('HTTPS_PROXY') || of('HTTP_PROXY')) ?? undefined;
  };

const credentials = ({ username, password }: URL): string =>
  username === ''
    ? ''
    : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;

/** Two connections copied into each other; the end of one is the end of both. */
const tie = (one: Duplex, other: Duplex): void => {
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
  one.pipe(other).pipe(one);
};

interface Target {
  readonly host: string;
  readonly port: number;
}

const readTarget = (authority: string): Target | undefined => {
  const url = URL.parse(`http://${authority}`);
  if (url === null || url.pathname !== '/' || url.username !== '') return undefined;
  return { host: url.hostname, port: Number(url.port || (authority.endsWith(':80') ? 80 : 443)) };
};

/** Opens the way to a target: straight, or through the machine's proxy by a CONNECT of our own. */
const dial = ({ host, port }: Target, outer: URL | undefined): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    if (outer === undefined) {
      const socket: Socket = connect(port, host, () => resolve(socket));
      socket.once('error', reject);
      return;
    }
    const secret = credentials(outer);
    const asked = httpRequest({
      ...{ host: outer.hostname, port: outer.port || 80, method: 'CONNECT', path: `${host}:${port}` },
      headers: { host: `${host}:${port}`, ...(secret === '' ? {} : { 'proxy-authorization': secret }) },
    });
    asked.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the machine's proxy answered ${answer.statusCode}`));
    });
    asked.once('error', reject).end();
  });

const refusal = (name: string): string =>
  `${name} is no host of a package manager this project or this machine is configured for.`;

/** A request with a whole address, as clients send it for plain `http://`. */
const forwardPlain = (
  incoming: IncomingMessage,
  reply: ServerResponse,
  to: { url: URL; outer: URL | undefined },
): void => {
  const { url, outer } = to;
  const secret = outer === undefined ? '' : credentials(outer);
  const headers: Record<string, string | readonly string[] | undefined> = { ...incoming.headers, host: url.host };
  delete headers['proxy-authorization'];
  delete headers['proxy-connection'];
  const way =
    outer === undefined
      ? { host: url.hostname, port: url.port || 80, path: `${url.pathname}${url.search}` }
      : { host: outer.hostname, port: outer.port || 80, path: url.href };
  const asked = httpRequest({
    ...way,
    method: incoming.method,
    headers: { ...headers, ...(secret === '' ? {} : { 'proxy-authorization': secret }) },
  });
  asked.on('response', (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(reply);
  });
  asked.on('error', () => (reply.headersSent ? reply.destroy() : reply.writeHead(502).end()));
  incoming.pipe(asked);
};

/** Starts it on a free port of 127.0.0.1. Nothing but the allowed hosts is ever connected to, whatever is asked. */
export const startPackageProxy = async ({ allowed, outer }: PackageProxyOptions): Promise<PackageProxy> => {
  const refused = new Set<string>();
  const tunnels = new Set<Duplex>();
  const refuses = (name: string): boolean => {
    const refuse = !allowed.has(name);
    if (refuse) refused.add(name);
    return refuse;
  };
  const server = createServer((incoming, reply) => {
    const url = URL.parse(incoming.url ?? '');
    if (url === null || url.protocol !== 'http:') return void reply.writeHead(400).end();
    const name = `${url.hostname}:${url.port || '80'}`;
    if (refuses(name)) return void reply.writeHead(403).end(refusal(name));
    forwardPlain(incoming, reply, { url, outer: outer(url.hostname) });
  });
  server.on('connect', (incoming, near, head) => {
    tunnels.add(near.on('close', () => tunnels.delete(near)).on('error', () => near.destroy()));
    const target = readTarget(incoming.url ?? '');
    const name = target === undefined ? (incoming.url ?? '') : `${target.host}:${target.port}`;
    if (refuses(name) || target === undefined) return void near.end(`HTTP/1.1 403 Forbidden\r\n\r\n${refusal(name)}`);
    dial(target, outer(target.host)).then(
      (far) => {
        near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        far.write(head);
        tie(near, far);
      },
      () => near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => [...refused],
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const tunnel of tunnels) tunnel.destroy();
      await closed;
    },
  };
};
