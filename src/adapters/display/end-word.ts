import { statusWord } from '../../core/render/words.js';
import type { RunStatus } from '../../core/run/event.js';
import type { Run } from '../../core/run/run.js';

/** How a run ended, in a word; a dry run that has its plan did what it was asked for. */
export const endWord = (status: RunStatus, run: Run): string =>
  status === 'skipped' && run.plan !== undefined ? 'Planned' : statusWord(status).word;
