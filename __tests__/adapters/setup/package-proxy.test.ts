import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { outerProxy, startPackageProxy, type PackageProxy } from '../../../src/adapters/setup/package-proxy.js';
import { packageHosts } from '../../../src/adapters/setup/package-hosts.js';

const listen = (server: Server): Promise<number> =>
  new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));

let registry: Server;
let port: number;
let asked: string[];
let proxies: PackageProxy[];

beforeEach(async () => {
  asked = [];
  proxies = [];
  registry = createServer((request, reply) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    reply.end('a package');
  });
  port = await listen(registry);
});
afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  registry.closeAllConnections();
  await new Promise((done) => registry.close(done));
});

const start = async (allowed: readonly string[], outer?: URL): Promise<PackageProxy> => {
  const proxy = await startPackageProxy({ allowed: new Set(allowed), outer: () => outer });
  proxies.push(proxy);
  return proxy;
};

/** Sends raw lines to the proxy and gives back everything that comes. */
const send = (proxy: PackageProxy, ...lines: readonly string[]): Promise<string> =>
  new Promise((done) => {
    let all = '';
    const socket = connect(proxy.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.setEncoding('utf8').on('data', (chunk: string) => (all += chunk));
    socket.on('error', () => undefined).on('close', () => done(all));
  });

const get = (proxy: PackageProxy, url: string) =>
  send(proxy, `GET ${url} HTTP/1.1`, `Host: ${new URL(url).host}`, 'Connection: close');

describe('the proxy of set-up', () => {
  it('leads to an allowed host, by a whole address and by a tunnel', async () => {
    const proxy = await start([`127.0.0.1:${port}`]);
    expect(await get(proxy, `http://127.0.0.1:${port}/left-pad`)).toContain('a package');
    const tunnel = [`CONNECT 127.0.0.1:${port} HTTP/1.1`, `Host: 127.0.0.1:${port}`, '', 'GET /tunnel HTTP/1.1'];
    expect(await send(proxy, ...tunnel, 'Host: x', 'Connection: close')).toContain('a package');
    expect(asked).toEqual(['GET /left-pad', 'GET /tunnel']);
    expect(proxy.refused()).toEqual([]);
  });

  it.each([
    ['another host', 'CONNECT metadata.internal:443 HTTP/1.1'],
    ['another port of an allowed host', 'CONNECT 127.0.0.1:22 HTTP/1.1'],
    ['a metadata service', 'GET http://169.254.169.254/latest/meta-data HTTP/1.1'],
    ['a name with a path', 'CONNECT registry.npmjs.org:443/x HTTP/1.1'],
    ['a user before an allowed name', 'CONNECT registry.npmjs.org:443@evil.com:443 HTTP/1.1'],
    ['a name that only ends like an allowed one', 'CONNECT evil-registry.npmjs.org:443 HTTP/1.1'],
  ])('refuses %s and remembers it', async (_, line) => {
    const proxy = await start(['registry.npmjs.org:443', `127.0.0.1:${port}`]);
    expect(await send(proxy, line, 'Host: x', 'Connection: close')).toMatch(/^HTTP\/1\.1 40[03]/);
    expect(proxy.refused()).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  it("goes through the machine's own proxy with its password, which set-up never sees", async () => {
    const proxy = await start(['registry.example:80'], new URL(`http://user:pass@127.0.0.1:${port}`));
    expect(await get(proxy, 'http://registry.example/x')).toContain('a package');
    expect(asked).toEqual([`GET http://registry.example/x Basic ${Buffer.from('user:pass').toString('base64')}`]);
  });
});

describe('outerProxy', () => {
  const find = outerProxy({ https_proxy: 'http://proxy:3128', NO_PROXY: '.corp.example, localhost' });
  it.each([
    ['registry.npmjs.org', 'http://proxy:3128/'],
    ['npm.corp.example', undefined],
    ['localhost', undefined],
  ])('%s: %s', (host, expected) => expect(find(host)?.href).toBe(expected));
});

describe('packageHosts', () => {
  const hosts = (files: readonly string[], configurations: readonly string[] = [], env = {}) =>
    [...packageHosts({ files, configurations, env })].toSorted();

  it('are those of the managers whose manifests are there', () => {
    expect(hosts(['api/go.mod'])).toEqual(['proxy.golang.org:443', 'sum.golang.org:443']);
    expect(hosts(['README.md'])).toEqual([]);
  });

  it('are those the machine and the base commit configured, without their passwords', () => {
    const npmrc =
      '@acme:registry=https://u:p@npm.acme.example:8443/x\n//npm.acme.example/:_authToken=t\nfund=https://no.example';
    const env = { PIP_INDEX_URL: 'https://u:p@pypi.acme.example/simple', GOPROXY: 'https://go.acme.example,direct' };
    expect(hosts([], [npmrc], env)).toEqual(['go.acme.example:443', 'npm.acme.example:8443', 'pypi.acme.example:443']);
  });
});
