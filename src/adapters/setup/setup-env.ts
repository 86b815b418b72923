import { baseEnv } from '../processes/base-env.js';
import { toolRoots } from '../processes/tool-roots.js';

/** What package managers need to reach the registry they are configured for, and nothing else. */
const passedOn = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'PIP_CERT'],
  ...['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER', 'PIP_INDEX_URL', 'PIP_FIND_LINKS'],
  ...['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'GOPROXY', 'GONOSUMDB', 'GOFLAGS', 'GOSUMDB'],
];

/** An address with a name or password in it is a secret. */
const hasCredentials = (value: string): boolean => /\/\/[^/\s]*@/.test(value);

type Outer = Readonly<Record<string, string | undefined>>;

/** The environment of set-up: tool chains, registries, proxies and certificates of the machine, without secrets. */
export const setupEnv = (home: string, outer: Outer): Record<string, string> => ({
  ...Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = outer[name];
      return value === undefined || hasCredentials(value) ? [] : [[name, value]];
    }),
  ),
  ...toolRoots(outer),
  ...baseEnv({ home, path: outer['PATH'] ?? '' }),
  CI: 'true',
  NO_COLOR: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
});
