/** Where package managers fetch from when nobody configured anything else. */
const defaults: readonly { readonly manifests: RegExp; readonly hosts: readonly string[] }[] = [
  {
    manifests: /(^|\/)(package\.json|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/,
    hosts: ['registry.npmjs.org', 'registry.yarnpkg.com', 'repo.yarnpkg.com', 'nodejs.org'],
  },
  {
    manifests: /(^|\/)(pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.txt|Pipfile|poetry\.lock|uv\.lock)$/,
    hosts: ['pypi.org', 'files.pythonhosted.org'],
  },
  { manifests: /(^|\/)go\.(mod|work)$/, hosts: ['proxy.golang.org', 'sum.golang.org'] },
  { manifests: /(^|\/)Cargo\.(toml|lock)$/, hosts: ['index.crates.io', 'static.crates.io', 'crates.io'] },
  { manifests: /(^|\/)(Gemfile|[^/]*\.gemspec)$/, hosts: ['rubygems.org', 'index.rubygems.org'] },
  {
    manifests: /(^|\/)(pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?)$/,
    hosts: ['repo.maven.apache.org', 'repo1.maven.org', 'plugins.gradle.org', 'services.gradle.org'],
  },
  { manifests: /(^|\/)composer\.json$/, hosts: ['repo.packagist.org', 'packagist.org'] },
  { manifests: /\.(cs|fs|vb)proj$|(^|\/)packages\.config$/, hosts: ['api.nuget.org'] },
];

/** Variables that name the registries of package managers, alone or in a list. */
const registryVariables = [
  ...['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER', 'YARN_REGISTRY', 'BUN_CONFIG_REGISTRY'],
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_INDEX_URL'],
  ...['UV_EXTRA_INDEX_URL', 'GOPROXY', 'GOSUMDB', 'BUNDLE_MIRROR__ALL', 'CARGO_REGISTRIES_CRATES_IO_INDEX'],
];

export interface HostSources {
  /** Paths of the repository at base. */
  readonly files: readonly string[];
  /** Texts of `.npmrc`, `pip.conf` and their like, at base and of the machine. */
  readonly configurations: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `host:port` of every address in a text. The port is that of the scheme where none is written. */
const addressesIn = (text: string): readonly string[] =>
  [...text.matchAll(/https?:\/\/[^\s"',|]+/g)].flatMap(([found]) => {
    const url = URL.parse(found);
    if (url === null || url.hostname === '') return [];
    return [`${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`];
  });

/** Lines that set a registry; others of the same files, such as a funding page, allow nothing. */
const registryLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) =>
      /^\s*["']?(@[\w.-]+:)?(registry|npmRegistryServer|index-url|extra-index-url|index_url|url)\b/.test(line),
    )
    .join('\n');

/**
 * The `host:port` set-up may reach: those of the package managers whose manifests are in the repository, and those
 * the machine or the base commit configured. Names and passwords in an address are no part of it.
 */
export const packageHosts = ({ files, configurations, env }: HostSources): ReadonlySet<string> => {
  const used = defaults.filter(({ manifests }) => files.some((file) => manifests.test(file)));
  const configured = [...configurations.map(registryLines), ...registryVariables.map((name) => env[name] ?? '')];
  return new Set([
    ...used.flatMap(({ hosts }) => hosts.map((host) => `${host}:443`)),
    ...configured.flatMap(addressesIn),
  ]);
};
