import { stripHidden } from '../text/incoming.js';
import { isOneEditAway } from '../text/edit-distance.js';
import { linesOutsideCodeAndQuotes } from './prose-lines.js';

/**
 * Every command word there is (design section 3). `supported` ones act in this version; `onIssue: false` marks words
 * that on an issue are part of the request text.
 */
export const commandTable = [
  { name: 'start', supported: true, onIssue: true, help: 'start on this issue; what follows is added to the request' },
  { name: 'plan', supported: true, onIssue: true, help: 'make and show a plan, which waits to be approved' },
  {
    name: 'approve',
    supported: true,
    onIssue: true,
    help: 'with the hash of a plan that waits: run it, as it was shown',
  },
  { name: 'stop', supported: false, onIssue: true, help: '' },
  { name: 'resume', supported: true, onIssue: true, help: 'go on with the run here that was killed or cancelled' },
  { name: 'retry', supported: false, onIssue: true, help: '' },
  { name: 'status', supported: true, onIssue: true, help: 'say how the last run here stands' },
  { name: 'review', supported: false, onIssue: true, help: '' },
  { name: 'fix', supported: false, onIssue: false, help: '' },
  { name: 'rebase', supported: false, onIssue: false, help: '' },
  { name: 'help', supported: true, onIssue: true, help: 'show this list' },
] as const;

export type CommandName = (typeof commandTable)[number]['name'];

/**
 * What a comment asks of us. `text` of `start` and `plan` is the request text it brings, '' when there is none, and `hash`
 * of `approve` the word after it; `none` means
 * that the comment is not for us; `unsupported` and `misspelt` are answered with help and start nothing.
 */
export type Command =
  | { readonly kind: 'none' }
  | { readonly kind: 'start'; readonly text: string }
  | { readonly kind: 'plan'; readonly text: string }
  | { readonly kind: 'approve'; readonly hash: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'status' }
  | { readonly kind: 'help' }
  | { readonly kind: 'unsupported'; readonly word: CommandName }
  | { readonly kind: 'misspelt'; readonly word: string; readonly meant: CommandName };

export interface CommandPlace {
  readonly prefix: string;
  readonly onPullRequest: boolean;
}

const afterPrefix = (line: string, prefix: string): string | undefined => {
  const text = line.trim();
  if (text.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return undefined;
  const rest = text.slice(prefix.length);
  return rest === '' || /^\s/.test(rest) ? rest.trim() : undefined;
};

type Supported = Extract<(typeof commandTable)[number], { readonly supported: true }>['name'];

const commandOf = (name: Supported, rest: string): Command => {
  switch (name) {
    case 'start':
    case 'plan':
      return { kind: name, text: rest };
    case 'approve':
      return { kind: name, hash: rest.split(/\s+/, 1)[0]?.toLowerCase() ?? '' };
    case 'resume':
    case 'status':
    case 'help':
      return { kind: name };
  }
};

const readWord = (word: string, rest: string, place: CommandPlace): Command | undefined => {
  const known = commandTable.filter((each) => each.onIssue || place.onPullRequest);
  const exact = known.find((each) => each.name === word);
  if (exact !== undefined)
    return exact.supported ? commandOf(exact.name, rest) : { kind: 'unsupported', word: exact.name };
  const near = known.find((each) => isOneEditAway(word, each.name));
  return near && { kind: 'misspelt', word, meant: near.name };
};

/**
 * Reads the command of a comment: its first line outside code and quotes, when that begins with the prefix as a word.
 *
 * The first word exactly a command is that command; one edit away from one is `misspelt`; anything else is request
 * text, to which the lines after it belong too. `start` with text after it is request text as a whole, so that
 * "/aider start the server with TLS" loses no word. Case, CRLF and up to three leading spaces do not matter.
 */
export const parseCommand = (comment: string, place: CommandPlace): Command => {
  const text = stripHidden(comment);
  const first = linesOutsideCodeAndQuotes(text)[0];
  const said = first && afterPrefix(first.text, place.prefix);
  if (first === undefined || said === undefined) return { kind: 'none' };
  const below = text.split('\n').slice(first.index + 1);
  const asked = [said, ...below].join('\n').trim();
  const [word = ''] = said.split(/\s+/, 1);
  if (word.toLowerCase() === 'start' && asked.length > word.length) return { kind: 'start', text: asked };
  const rest = asked.slice(word.length).trim();
  return (word === '' ? undefined : readWord(word.toLowerCase(), rest, place)) ?? { kind: 'start', text: asked };
};

/** The help comment; `note` says first why it is shown, e.g. a misspelt word. */
export const renderHelp = (prefix: string, note = ''): string => {
  const rows = commandTable
    .filter((each) => each.supported)
    .map((each) => `- \`${prefix} ${each.name}\`: ${each.help}`);
  return [
    ...(note === '' ? [] : [note, '']),
    'Write one of these as the first line of a comment:',
    '',
    `- \`${prefix} <text>\`: start on this issue with this request`,
    ...rows,
  ].join('\n');
};
