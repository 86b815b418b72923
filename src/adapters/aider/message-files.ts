import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageFiles } from './aider-args.js';
import { errorCode } from './error-code.js';

/**
 * A new folder below `agentFolder` for one message: `1`, `2`, ... in order, also after a restart. Each message has
 * its own files, so what Aider appends is this message's and an older log cannot be touched. No other user may look
 * into it.
 */
export const newMessageFiles = async (agentFolder: string): Promise<MessageFiles> => {
  await mkdir(agentFolder, { recursive: true });
  const folder = await firstFree(agentFolder, 1);
  const at = (name: string): string => join(folder, name);
  return {
    folder,
    message: at('message.md'),
    events: at('events.jsonl'),
    chat: at('chat.md'),
    input: at('input.history'),
    llm: at('llm.log'),
    models: at('models.json'),
    ignore: at('aiderignore'),
  };
};

const firstFree = async (parent: string, number: number): Promise<string> => {
  const folder = join(parent, `${number}`);
  try {
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return firstFree(parent, number + 1);
  }
};

/**
 * Writes the text Aider reads with `--message-file`. A first character `/` or `!` would be run as a command, and an
 * empty or ill-formed file makes it ask and wait: such a text is a bug of ours and throws.
 */
export const writeMessage = async (file: string, text: string): Promise<void> => {
  if (!/^[A-Za-z]/.test(text)) throw new Error('a message to Aider must start with a letter of our own fixed text');
  await writeFile(file, text.replaceAll('\0', '').toWellFormed());
};
