import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * How Node runs our own process. A small young generation: the default grows to 48 MB of what nobody needs any more.
 * With 200 tasks the peak of the whole process falls from 154 MB to 102 MB at the same processor time.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4'];

/** Names the file in which the process before us left what it was started with. */
export const handoverVariable = 'ORCHESTRATOR_HANDOVER';

/** Where things are and how to speak: nothing of these is a secret or changes what a program of ours runs. */
const kept = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TERM', 'COLORTERM', 'CI'],
  ...[
    'NO_COLOR',
    'FORCE_COLOR',
    'COLUMNS',
    'LINES',
    'HOSTNAME',
    'XDG_CACHE_HOME',
    'XDG_RUNTIME_DIR',
    'XDG_CONFIG_HOME',
  ],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
]);

/** What the runner tells every step, read by its own packages: facts of the job, paths of its files, our own state. */
const keptPattern =
  /^(LC_[A-Z]+|GITHUB_(?!.*(TOKEN|KEY|SECRET|PASS|CREDENTIAL|AUTH))(?!(.*_)?PAT$)[A-Z_]+|RUNNER_[A-Z_]+|STATE_[A-Za-z_]+)$/;

/** The part of an environment that may stay visible in `/proc/<pid>/environ`, where every child can read it. */
export const scrubbed = (env: Env): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (kept.has(entry[0]) || keptPattern.test(entry[0])),
    ),
  );

/** In memory where the machine has such a folder, so that no secret is ever on a disk. */
const parents = (): readonly string[] => ['/dev/shm', tmpdir()];

const prefix = 'orchestrator-';
const handover = 'environment.json';

const makeFolder = (): string => {
  for (const parent of parents()) {
    try {
      return mkdtempSync(join(parent, prefix));
    } catch {
      // Not there, or not ours to write in: the next.
    }
  }
  throw new Error('no folder to hand over in');
};

/** The next process takes its file within milliseconds. */
const staleMs = 60_000;

/** Deletes what a process left that was killed before the next could take it. */
const sweep = (): void => {
  for (const parent of parents()) {
    for (const name of namesIn(parent).filter((each) => each.startsWith(prefix))) {
      const folder = join(parent, name);
      if (isMine(folder) && isStale(join(folder, handover))) rmSync(folder, { recursive: true, force: true });
    }
  }
};

/** No link: where it leads is for whoever may write here to say. */
const isMine = (folder: string): boolean => {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
};

const isStale = (file: string): boolean =>
  Date.now() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > staleMs;

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const leave = (env: Env): string => {
  sweep();
  const folder = makeFolder();
  chmodSync(folder, 0o700);
  const file = join(folder, handover);
  writeFileSync(file, JSON.stringify(env), { mode: 0o600, flag: 'wx' });
  return file;
};

const take = (file: string): Env => {
  const text = readFileSync(file, 'utf8');
  rmSync(dirname(file), { recursive: true, force: true });
  const whole = JSON.parse(text) as Env;
  // Our own git and installers need the machine's proxies. What is set now is not in `/proc/<pid>/environ`.
  for (const [name, value] of Object.entries(whole))
    if (value !== undefined && /^(https?|all|no)_proxy$/i.test(name)) process.env[name] = value;
  return whole;
};

const isOurs = (file: string): boolean => /^\/.*\/orchestrator-\w+\/environment\.json$/.test(file);

/**
 * Replaces this process by itself with a scrubbed environment (`process.execve`, Node 24; same process id and output),
 * and does not return from that. In the new process it returns the whole environment the first was started with,
 * whose file is gone by then; `process.env` stays scrubbed. Where a platform has no execve, `process.env` is scrubbed
 * and the whole environment returned, though `/proc` still shows it to children of this user.
 */
export const startScrubbed = (): Env => {
  const file = process.env[handoverVariable];
  if (file !== undefined && isOurs(file)) {
    delete process.env[handoverVariable];
    return take(file);
  }
  const whole = { ...process.env };
  const rest = scrubbed(whole);
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    const left = leave(whole);
    try {
      process.execve(
        process.execPath,
        [process.execPath, ...process.execArgv, ...nodeFlags, ...process.argv.slice(1)],
        {
          ...rest,
          [handoverVariable]: left,
        },
      );
    } catch {
      rmSync(dirname(left), { recursive: true, force: true });
    }
  }
  for (const name of Object.keys(process.env)) if (!(name in rest)) delete process.env[name];
  return whole;
};
