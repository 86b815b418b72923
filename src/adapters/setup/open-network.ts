import type { Launch } from '../../ports/place.js';
import type { Place } from '../../ports/place.js';
import type { Repository } from '../../ports/repository.js';
import { packageHosts } from './package-hosts.js';
import { outerProxy, startPackageProxy } from './package-proxy.js';
import { readRegistries } from './registries.js';
import { setupEnv } from './setup-env.js';

type Env = Readonly<Record<string, string | undefined>>;

/** How a set-up gets at its packages. */
export interface SetupNetwork {
  /** Environment, network and further files of its launch. */
  readonly launch: Pick<Launch, 'env' | 'network' | 'readable'>;
  /** `host:port` that were asked for and refused. */
  readonly refused: () => readonly string[];
  close(): Promise<void>;
}

export interface SetupNetworkOptions {
  readonly repository: Repository;
  readonly place: Place;
  /** Of the tree that is set up: the usual registries of its package managers are open. */
  readonly commit: string;
  /** HOME as set-up sees it. */
  readonly home: string;
  /** The orchestrator's. */
  readonly env: Env;
}

/** Certificates and package folders of the machine that set-up is pointed to. */
const pointedTo = [
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT'],
  'PIP_FIND_LINKS',
];

/** What makes package managers go through a proxy; npm and yarn have variables of their own. */
const proxyVariables = (address: string): Record<string, string> => ({
  ...Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
      [name, address],
      [name.toLowerCase(), address],
    ]),
  ),
  ...{ npm_config_proxy: address, npm_config_https_proxy: address, npm_config_noproxy: '' },
  ...{ YARN_HTTP_PROXY: address, YARN_HTTPS_PROXY: address, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '' },
});

/**
 * In a sandbox and as another user: a network that leads to the hosts of the project's package managers and nowhere else. Without one the
 * machine's own, with its proxies. Either way without credentials.
 */
export const openSetupNetwork = async (options: SetupNetworkOptions): Promise<SetupNetwork> => {
  const { repository, commit, place, home, env } = options;
  const plain = setupEnv(home, env);
  if (place.level === 'none') return { launch: { env: plain }, refused: () => [], close: () => Promise.resolve() };
  const [registries, files] = await Promise.all([readRegistries(repository, env), repository.listFiles(commit)]);
  const allowed = packageHosts({ files, configurations: registries.configurations, env });
  const proxy = await startPackageProxy({ allowed, outer: outerProxy(env) });
  const readable = pointedTo.map((name) => env[name] ?? '').filter((path) => path.startsWith('/') && path !== '/');
  return {
    launch: {
      env: { ...registries.env, ...plain, ...proxyVariables(`http://127.0.0.1:${proxy.port}`) },
      network: { ports: [proxy.port] },
      readable,
    },
    refused: proxy.refused,
    close: proxy.close,
  };
};
