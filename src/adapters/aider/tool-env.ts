const names = new Set(['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'USER', 'LOGNAME', 'NETRC', 'REQUESTS_CA_BUNDLE']);
const pattern = /^(PIP_|UV_|SSL_CERT_|XDG_|PYENV_|(HTTPS?|ALL|NO)_PROXY$)/i;

/**
 * What python, pip and uv get of our environment: where things lie, proxies, certificates and package indexes; no
 * keys, no `PYTHON*`, no `VIRTUAL_ENV`. uv does not read pip's index settings, so they are translated; and it is told
 * to trust whom the machine trusts, as git and pip do, or it would fail behind a company's own certificates.
 */
export const toolEnv = (env: Readonly<Record<string, string | undefined>>): Record<string, string> => {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (names.has(entry[0]) || pattern.test(entry[0])),
  );
  return { ...machineCertificates, ...fromPip(env), ...Object.fromEntries(kept), NO_COLOR: '1', PYTHONNOUSERSITE: '1' };
};

/** One setting; older uv knows it by the second name. */
const machineCertificates = { UV_SYSTEM_CERTS: 'true', UV_NATIVE_TLS: 'true' };

const fromPip = (env: Readonly<Record<string, string | undefined>>): Record<string, string> => ({
  ...(env.PIP_INDEX_URL === undefined ? {} : { UV_DEFAULT_INDEX: env.PIP_INDEX_URL }),
  ...(env.PIP_EXTRA_INDEX_URL === undefined ? {} : { UV_INDEX: env.PIP_EXTRA_INDEX_URL }),
  ...(env.PIP_CERT === undefined ? {} : { SSL_CERT_FILE: env.PIP_CERT }),
});
