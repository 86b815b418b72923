import type { Failure } from '../../core/failure.js';

type Found = { readonly path: string; readonly version: string };

const mendPython =
  'Install Python 3.10, 3.11 or 3.12 (in a workflow: `actions/setup-python` with `python-version: "3.12"`), or uv, which brings its own.';

/** No Python on PATH answers. */
export const pythonMissing = (): Failure => ({
  reason: 'python-missing',
  who: 'user',
  message: 'Aider needs Python 3.10-3.12 and there is no Python on PATH.',
  action: mendPython,
});

/** Only Pythons that Aider refuses. */
export const pythonUnsupported = (found: Found): Failure => ({
  reason: 'python-unsupported',
  who: 'user',
  message: `Aider needs Python 3.10-3.12, but ${found.path} is ${found.version}.`,
  action: mendPython,
});

/** Debian and Ubuntu ship Python without `ensurepip`. */
export const venvMissing = (python: Found, output: string): Failure => ({
  reason: 'python-venv-missing',
  who: 'user',
  message: `${python.path} cannot make a virtual environment: ${lastLines(output)}`,
  action: `Run \`sudo apt-get install python${python.version}-venv\` (or install uv) and start again.`,
});

/** Agents are other users, and the interpreter lies where only we come. */
export const outOfReach = ({ python, command }: { readonly python: string; readonly command: string }): Failure => ({
  reason: 'aider-out-of-reach',
  who: 'user',
  message: `Agents run as other users, and no other user comes to ${python || command} or to what it is a link to.`,
  action:
    'Put a Python 3.10 to 3.12 that every user may run first on PATH (`apt-get install python3 python3-venv`, or ' +
    '`actions/setup-python`) and empty the tool cache; or get a sandbox: `aider-orchestrator doctor` says how.',
});

export const downloadFailed = (what: string, output: string): Failure => ({
  reason: 'aider-download-failed',
  who: 'world',
  message: `${what} could not be installed: ${lastLines(output)}`,
  action:
    'Check the network and, behind a proxy or mirror, `HTTPS_PROXY`, `UV_DEFAULT_INDEX` or `PIP_INDEX_URL`; then run again.',
});

export const versionUnknown = (version: string): Failure => ({
  reason: 'aider-version-unknown',
  who: 'user',
  message: `\`aider-version\` is "${version}", but there is no such release of aider-chat for this Python.`,
  action: 'Set `aider-version` to a released version, or leave it out for 0.86.2.',
});

export const commandMissing = (command: string): Failure => ({
  reason: 'aider-command-missing',
  who: 'user',
  message: `\`aider-command\` is "${command}", but there is no such executable.`,
  action: 'Set `aider-command` to the path of an installed aider, or leave it out to have one installed.',
});

export const commandBroken = (command: string, output: string): Failure => ({
  reason: 'aider-command-broken',
  who: 'user',
  message: `"${command} --version" names no version: ${lastLines(output)}`,
  action: 'Repair that installation, or leave `aider-command` out to have one installed.',
});

export const cancelled = (): Failure => ({
  reason: 'cancelled',
  who: 'user',
  message: 'The run was stopped while Aider was being installed.',
  action: 'Start it again.',
});

const lastLines = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? 'it said nothing' : lines.slice(-6).join('\n').slice(-1200);
};
