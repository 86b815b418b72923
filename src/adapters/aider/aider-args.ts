/** The files of one message, all outside the clone, in a folder of its own that only this message's Aider writes. */
export interface MessageFiles {
  readonly folder: string;
  readonly message: string;
  readonly events: string;
  readonly chat: string;
  readonly input: string;
  readonly llm: string;
  readonly models: string;
  readonly ignore: string;
}

export interface AiderCall {
  readonly model: string;
  readonly weakModel?: string;
  readonly editFormat?: string;
  readonly files: MessageFiles;
  /** Paths relative to the clone's root, both kinds existing or makeable. */
  readonly editFiles: readonly string[];
  readonly readFiles: readonly string[];
}

/** Seconds one model request may take; the gateway's own limits end earlier, the message's wall clock later. */
const requestTimeoutSeconds = 300;

/** What every start of Aider has; why each flag is there: the table of traps in the project's Aider notes. */
export const quietArgs = (files: Pick<MessageFiles, 'chat' | 'input'>): readonly string[] => [
  '--yes-always',
  '--no-stream',
  '--no-pretty',
  '--no-fancy-input',
  '--no-check-update',
  '--no-show-release-notes',
  '--no-show-model-warnings',
  '--no-analytics',
  '--no-gitignore',
  '--no-detect-urls',
  '--disable-playwright',
  '--no-suggest-shell-commands',
  ...['--chat-history-file', files.chat],
  ...['--input-history-file', files.input],
];

/**
 * The arguments of one message (Aider 0.86.2). No commits by Aider: one model request a message, and we commit. The
 * weak model defaults to the main one, for Aider's own default may be one without a key.
 */
export const messageArgs = (call: AiderCall): readonly string[] => [
  ...['--model', call.model],
  ...['--weak-model', call.weakModel ?? call.model],
  // Aider's own default editor may be a model of another provider, without a key.
  ...['--editor-model', call.model],
  ...(call.editFormat === undefined ? [] : ['--edit-format', call.editFormat]),
  ...quietArgs(call.files),
  ...['--message-file', call.files.message],
  ...['--analytics-log', call.files.events],
  ...['--llm-history-file', call.files.llm],
  ...['--model-metadata-file', call.files.models],
  ...['--aiderignore', call.files.ignore],
  ...['--timeout', `${requestTimeoutSeconds}`],
  ...['--map-tokens', '0'],
  '--no-auto-commits',
  '--no-dirty-commits',
  '--no-auto-test',
  '--no-auto-lint',
  ...call.readFiles.flatMap((path) => ['--read', asArgument(path)]),
  ...call.editFiles.map(asArgument),
];

// A name that begins with `-` or `~` stays a name.
const asArgument = (path: string): string => `./${path}`;
