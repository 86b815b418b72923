import { failed, success, type Result } from '../result.js';

export { fallbackPlan, splitPlan, type PlanMaterial, type SplitRequest } from './split-plan.js';

/** How a request becomes tasks: by a model (`auto`), or by a rule without one. */
export type Split =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'files'; readonly size: number }
  | { readonly kind: 'diff'; readonly ref: string };

const forms = 'auto, none, directory, files:<n> (n files a task) or diff:<ref> (files changed since ref)';

/** Parses the `split` input. The failure is the end of a sentence: what was expected and what came. */
export const parseSplit = (text: string): Result<Split, string> => {
  const [word = '', ...rest] = text.trim().split(':');
  const argument = rest.join(':');
  const split = readSplit(word, argument, text.includes(':'));
  return split === undefined ? failed(`expected ${forms}; got ${JSON.stringify(text)}`) : success(split);
};

const readSplit = (word: string, argument: string, hasArgument: boolean): Split | undefined => {
  switch (word) {
    case 'auto':
    case 'none':
    case 'directory':
      return hasArgument ? undefined : { kind: word };
    case 'files':
      return /^[1-9]\d{0,3}$/.test(argument) ? { kind: 'files', size: Number(argument) } : undefined;
    case 'diff':
      return isRevision(argument) ? { kind: 'diff', ref: argument } : undefined;
    default:
      return undefined;
  }
};

/** One revision for git: no range, no path after a colon, and nothing it could take for an option. */
const isRevision = (text: string): boolean => /^[\w@][\w./@{}^~+#-]*$/.test(text) && !text.includes('..');
