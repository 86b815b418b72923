import { providers, type ProviderName } from '../providers.js';
import * as kinds from './kinds.js';
import type { Kind } from './kinds.js';

/** One setting: an input of the action, a key of the settings file and a flag of the command line at once. */
export interface Setting<Name extends string = string, T = unknown> {
  readonly name: Name;
  readonly aliases: readonly string[];
  /** Parsed like a given value; undefined where the setting is simply absent when nobody gives it. */
  readonly default: string | undefined;
  /** What the documentation calls the default where it is not one fixed text. */
  readonly defaultNote: string | undefined;
  readonly kind: Kind<unknown>;
  readonly description: string;
  /** Never shown, not allowed in the file, and no flag: a command line is visible to every process. */
  readonly secret: boolean;
  readonly cliFlag: string | null;
  /** Only for types: what the kind gives. */
  readonly value?: T;
}

interface Details {
  readonly aliases?: readonly string[];
  readonly defaultNote?: string;
  readonly secret?: true;
}

const row = <Name extends string, T>(
  name: Name,
  kind: Kind<unknown>,
  details: Details & { default?: string },
  description: string,
) =>
  ({
    name,
    aliases: details.aliases ?? [],
    default: details.default,
    defaultNote: details.defaultNote,
    kind,
    description,
    secret: details.secret ?? false,
    cliFlag: details.secret ? null : `--${name}`,
  }) as Setting<Name, T>;

/** A setting that may be absent. */
const optional = <const Name extends string, T>(name: Name, kind: Kind<T>, details: Details, description: string) =>
  row<Name, T | undefined>(name, kind, details, description);

/** A setting that always has a value. */
const defaulted = <const Name extends string, T>(
  name: Name,
  kind: Kind<T>,
  details: Details & { readonly default: string },
  description: string,
) => row<Name, T>(name, kind, details, description);

const minutes = kinds.integer(1, 360);

/**
 * Globs nobody may change unless the user says otherwise (design section 8). Only at the top: a glob for names anywhere
 * could match below every folder, and no plan could then name a folder whole.
 */
export const defaultProtectedFiles = ['.github/**', '.git*', 'CODEOWNERS', '.aider*', '.aider*/**', '.env*'] as const;

const editFormats = kinds.choice(
  ...(['diff', 'diff-fenced', 'whole', 'udiff', 'udiff-simple', 'patch', 'architect'] as const),
);

const keyOf = <const Name extends ProviderName>(name: Name, title: string) =>
  optional(
    `${name}-api-key`,
    kinds.secret,
    { secret: true, defaultNote: `\`${name.toUpperCase()}_API_KEY\` of the environment` },
    `Key for ${title} models.`,
  );

const titleOf = (name: ProviderName): string => providers.find((each) => each.name === name)?.title ?? name;

/**
 * Every setting there is. Parsing, `action.yml`, the flags of the command line and the table in the README all
 * follow from this one list; a test holds them together.
 */
export const settingsTable = [
  optional(
    'github-token',
    kinds.secret,
    { secret: true, defaultNote: '`${{ github.token }}`' },
    'Token for the GitHub API and for pushing. With an App token or a personal token CI starts on the pull request by itself.',
  ),
  optional('change', kinds.text, {}, 'The request as free text, for manual runs (`workflow_dispatch`).'),
  defaulted('trigger-label', kinds.label, { default: 'aider' }, 'Label that starts a run when it is put on an issue.'),
  defaulted('command-prefix', kinds.prefix, { default: '/aider' }, 'How a comment that is for us begins.'),
  defaulted(
    'allowed-bots',
    kinds.list('exact logins'),
    { default: '' },
    'Bots that may start a run, by exact login such as `renovate[bot]`. Every other bot is refused.',
  ),
  optional(
    'base-branch',
    kinds.branch,
    { defaultNote: 'the default branch' },
    'Branch the work starts from and the pull request goes to.',
  ),
  optional('prd', kinds.repositoryPath, {}, 'Path of a PRD in the repository to use instead of asking a model.'),
  optional('plan', kinds.repositoryPath, {}, 'Path of a plan in the repository to use instead of asking a model.'),
  defaulted(
    'plan-approval',
    kinds.flag,
    { default: 'false' },
    '`true` shows the plan on the issue and runs nothing until `/aider approve <hash>`.',
  ),
  optional(
    'model',
    kinds.model,
    { defaultNote: 'required' },
    'Model of the agents, under its Aider name (`provider/model`).',
  ),
  optional('weak-model', kinds.model, {}, "Aider's weak model, under its Aider name."),
  optional('edit-format', editFormats, { defaultNote: "Aider's own for the model" }, "Aider's edit format."),
  optional(
    'prd-model',
    kinds.model,
    { aliases: ['gemini-model'], defaultNote: '`gemini/gemini-2.5-pro` if a Gemini key is there, else `model`' },
    'Model that writes the PRD and the plan. `gemini-model` is another name for it.',
  ),
  keyOf('openai', titleOf('openai')),
  keyOf('anthropic', titleOf('anthropic')),
  keyOf('gemini', titleOf('gemini')),
  keyOf('openrouter', titleOf('openrouter')),
  keyOf('deepseek', titleOf('deepseek')),
  keyOf('groq', titleOf('groq')),
  keyOf('xai', titleOf('xai')),
  optional(
    'api-base',
    kinds.httpUrl,
    { defaultNote: '`OPENAI_API_BASE` of the environment' },
    'OpenAI-compatible endpoint for `openai/...` models. For other providers set `<PROVIDER>_API_BASE` in the environment.',
  ),
  defaulted(
    'max-agents',
    kinds.agents,
    { default: 'auto' },
    'Agents at work at once, 1 to 16; `auto` is at most 4, as memory allows.',
  ),
  defaulted(
    'max-iterations',
    kinds.integer(1, 20),
    { default: '3' },
    'Messages to an agent per attempt, and repair rounds per run.',
  ),
  defaulted(
    'max-attempts',
    kinds.integer(1, 10),
    { default: '3' },
    'Attempts at a task before it is handed to a person.',
  ),
  defaulted('agent-timeout-minutes', minutes, { default: '10' }, 'Time for one message to an agent.'),
  defaulted(
    'timeout-extension-minutes',
    kinds.integer(0, 360),
    { default: '5' },
    'Added once to that time where the agent still makes progress: output, edits or requests since half of it.',
  ),
  defaulted('validation-timeout-minutes', minutes, { default: '10' }, 'Time for one validation command.'),
  defaulted(
    'run-timeout-minutes',
    kinds.integer(1, 7200),
    { default: '330' },
    "Time for the whole run; keep it below the job's, so that there is time to report.",
  ),
  defaulted(
    'max-cost-usd',
    kinds.dollars(100_000),
    { default: '5' },
    'The most a whole run may cost, in US dollars: PRD, plan, agents, repairs. No request is sent that could pass it; what is done by then is delivered.',
  ),
  defaulted(
    'max-tokens',
    kinds.integer(1, 999_999_999),
    { default: '2000000' },
    'The same for models without a known price: tokens sent and received in the whole run.',
  ),
  defaulted(
    'max-output-tokens',
    kinds.integer(256, 1_000_000),
    { default: '16000' },
    'The longest answer of a model, set on every request; it bounds what one request can cost.',
  ),
  defaulted(
    'failure-mode',
    kinds.choice('continue', 'fail-fast', 'rollback'),
    { default: 'continue' },
    'When a task is given up: `continue` with the others, `fail-fast` stops them and delivers what landed, `rollback` stops them and leaves the branch of the pull request as it is, with the work on a branch beside it.',
  ),
  defaulted(
    'deliver',
    kinds.choice('green', 'all'),
    { default: 'green' },
    '`green` leaves out work that cannot be repaired; `all` delivers it red and says so.',
  ),
  defaulted('files', kinds.list('paths or globs'), { default: '' }, 'Files to work on; globs allowed.'),
  defaulted(
    'split',
    kinds.split,
    { default: 'auto' },
    'How the work is split: `auto` (a model plans), `files:<n>` (n files a task), `directory`, `diff:<ref>` (files changed since ref) or `none` (one task).',
  ),
  optional(
    'setup-command',
    kinds.text,
    { defaultNote: 'detected' },
    'Command that prepares a clone, such as `npm ci`. A given one that fails ends the run before any model call. Run again, in the sandbox and without secrets, for a tree whose manifest or lock file was changed.',
  ),
  optional(
    'validation',
    kinds.commands,
    { defaultNote: 'detected' },
    'Commands that must stay green, one `name: command` a line, such as `lint: npm run lint`.',
  ),
  defaulted(
    'validation-network',
    kinds.flag,
    { default: 'false' },
    '`true` lets validation commands reach the network of the machine; agents never do.',
  ),
  defaulted(
    'isolation',
    kinds.choice('auto', 'sandbox', 'user', 'none'),
    { default: 'auto' },
    '`sandbox` (bubblewrap, Linux): agents, set-up and tests see their clone and the tools of the machine, nothing else. `user` (Linux, root or sudo, nftables): each is another user of the machine with files of its own, all its traffic but what it is given rejected. `auto` is the strongest that works, and an error where nothing does. `none` gives them all rights of the user.',
  ),
  defaulted(
    'agent-start',
    kinds.choice('warm', 'plain'),
    { default: 'warm' },
    '`warm` loads Aider ahead of need, in the sandbox its task gets, and forks it for each message; `plain` starts it anew for each message, as is done without a sandbox and where a warm start does not work.',
  ),
  defaulted(
    'protected-files',
    kinds.list('globs'),
    { default: defaultProtectedFiles.join(', ') },
    'Globs nobody may change; as in a .gitignore, one without a slash holds for that name in every folder. What you give replaces the default.',
  ),
  defaulted(
    'commit-logs',
    kinds.choice('none', 'summary'),
    { default: 'summary' },
    '`summary` commits the summary of the run with the PRD; `none` leaves it an artifact only.',
  ),
  defaulted(
    'push-agent-branches',
    kinds.choice('none', 'failed', 'all'),
    { default: 'failed' },
    "Which agents' own branches are pushed.",
  ),
  defaulted('aider-version', kinds.version, { default: '0.86.2' }, 'Version of Aider to install.'),
  optional('aider-command', kinds.text, {}, 'An Aider that is already there, to use instead of installing one.'),
  defaulted('dry-run', kinds.flag, { default: 'false' }, '`true` writes the PRD and the plan and changes nothing.'),
] as const;

type Row = (typeof settingsTable)[number];

type Camel<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : Name;

/** The names of all settings, as inputs write them. */
export type SettingName = Row['name'];

/** The value of every setting by its name in code. */
export type SettingValues = {
  readonly [Each in Row as Camel<Each['name']>]: Each extends Setting<string, infer T> ? T : never;
};

/** The row of an input name or alias. */
export const findSetting = (name: string): Setting | undefined =>
  settingsTable.find((each) => each.name === name || each.aliases.includes(name));

/** The names a person may write, aliases too. */
export const allSettingNames: readonly string[] = settingsTable.flatMap((each) => [each.name, ...each.aliases]);

/** `max-agents` to `maxAgents`. */
export const camelCase = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
