import { renderHelp } from '../core/request/command.js';
import type { IssueCopy, Sender } from '../core/request/payload.js';
import type { Request } from '../core/request/request.js';
import type { Trigger } from '../core/request/trigger.js';
import { incomingLimit, makeSafe } from '../core/text/incoming.js';
import type { GitHub, Issue } from '../ports/github.js';
import type { Admission, RefusalReason, Refused } from './admission.js';

/** What the gate asks of GitHub. It never writes. */
export type GateQuestions = Pick<
  GitHub,
  | 'identity'
  | 'permissionOf'
  | 'readIssue'
  | 'lastLabelling'
  | 'textEdits'
  | 'openIssuesWithLabel'
  | 'openPullRequestFrom'
>;

export interface Gate {
  readonly github: GateQuestions;
  readonly settings: {
    readonly triggerLabel: string;
    readonly commandPrefix: string;
    readonly allowedBots: readonly string[];
  };
  /** Who had the job run again, where somebody did: they must be allowed to start a run too. '' is nobody. */
  readonly rerunBy?: string;
}

/** The branch of the pull request for an issue. */
export const issueBranch = (number: number): string => `aider/issue-${number}`;

const refused = (reason: RefusalReason, message: string, number?: number): Refused => ({
  kind: 'refused',
  reason,
  message,
  ...(number !== undefined && { number }),
});

/** Who may start a run: asked of the API, but for logins in `allowed-bots`. */
const judgeActor = async (gate: Gate, actor: Sender, number?: number): Promise<Refused | undefined> => {
  const { login, type } = actor;
  if (gate.settings.allowedBots.includes(login)) return undefined;
  // No comment for a bot: it might answer, and so on for ever.
  if (type === 'Bot' || login.endsWith('[bot]')) {
    return refused('bot-not-allowed', `The bot ${login} is not in allowed-bots.`);
  }
  // GitHub names nobody for an account that was deleted.
  const permission = login === '' ? 'none' : await gate.github.permissionOf(login);
  if (permission === 'admin' || permission === 'write') return undefined;
  return refused('no-permission', `@${login} has no write permission here, which starting a run needs.`, number);
};

/** Undefined where a run may work on it. */
export const judgeIssue = (issue: IssueCopy | Issue): Refused | undefined => {
  const { number } = issue;
  if (issue.isPullRequest) {
    const message = 'This version works from issues only; ask on an issue instead.';
    return refused('pull-request-not-supported', message, number);
  }
  if (issue.state === 'closed')
    return refused('issue-closed', `Issue #${number} is closed. Open it again first.`, number);
  if (issue.locked) return refused('issue-locked', `Issue #${number} is locked. Unlock it first.`);
  return undefined;
};

/** What somebody with the right to ask added to an issue's own text. */
type Added = NonNullable<Request['added']>;

const withAdded = (body: string, added: Added | undefined): string =>
  added === undefined || added.text === '' ? body : `${body}\n\nAdded by ${added.by}:\n\n${added.text}`;

/** Hidden text is taken out of the issue first, so that an unclosed HTML comment there cannot hide what was added. */
export const requestOf = (
  asked: { readonly source: Request['source']; readonly actor: string },
  issue: Pick<IssueCopy, 'number' | 'title' | 'body'>,
  added?: Added,
): Request => ({
  ...asked,
  title: makeSafe(issue.title, 300),
  body: makeSafe(withAdded(makeSafe(issue.body, incomingLimit / 2), added)),
  ...(added === undefined || added.text === '' ? {} : { added }),
  number: issue.number,
});

const admitLabel = async (gate: Gate, { sender, issue }: Of<'label'>): Promise<Admission> =>
  (await judgeActor(gate, sender, issue.number)) ??
  judgeIssue(issue) ?? { kind: 'admitted', request: requestOf({ source: 'label', actor: sender.login }, issue) };

const admitComment = async (gate: Gate, trigger: Of<'comment'>): Promise<Admission> => {
  const { sender, issue } = trigger;
  if (await isOurself(gate, sender)) return { kind: 'skipped', reason: 'own-comment', message: 'The comment is ours.' };
  return (await judgeActor(gate, sender, issue.number)) ?? judgeIssue(issue) ?? obey(gate, trigger);
};

/** Also where our own bot is in `allowed-bots`: what we write starts nothing. */
const isOurself = async ({ github }: Gate, { login, type }: Sender): Promise<boolean> =>
  type === 'Bot' && (await github.identity()).login === login;

const help = (gate: Gate, { issue, commentId }: Of<'comment'>, note?: string): Admission => ({
  kind: 'answer',
  command: 'help',
  number: issue.number,
  commentId,
  text: renderHelp(gate.settings.commandPrefix, note),
});

const fromComment = ({ sender, issue }: Of<'comment'>, text: string): Request =>
  requestOf({ source: 'comment', actor: sender.login }, issue, { by: sender.login, text });

const obey = (gate: Gate, trigger: Of<'comment'>): Admission => {
  const { command, issue, commentId } = trigger;
  switch (command.kind) {
    case 'start':
      return { kind: 'admitted', request: { ...fromComment(trigger, command.text), commentId } };
    case 'plan':
      return { kind: 'admitted', request: { ...fromComment(trigger, command.text), commentId, planOnly: true } };
    case 'approve':
      return { kind: 'approval', actor: trigger.sender.login, hash: command.hash, issue, commentId };
    case 'resume':
      return { kind: 'resume', request: { ...fromComment(trigger, ''), commentId }, issue, commentId };
    case 'status':
      return { kind: 'answer', command: 'status', number: issue.number, commentId };
    case 'help':
      return help(gate, trigger);
    case 'unsupported':
      return help(gate, trigger, `This version does not have the command \`${command.word}\`; nothing was started.`);
    case 'misspelt':
      return help(gate, trigger, `Nothing was started: did you mean \`${command.meant}\`?`);
  }
};

/**
 * Judges an issue nobody has just acted on: the actor is whoever last put the label on, and what they saw must not
 * have been changed since by an outsider. `issue` was read before the edits are asked for, so no edit slips between.
 */
const judgeLabelled = async (gate: Gate, issue: Issue): Promise<Refused | string> => {
  const { number } = issue;
  const unfit = judgeIssue(issue);
  if (unfit) return unfit;
  const labelling = await gate.github.lastLabelling(number, gate.settings.triggerLabel);
  if (labelling === undefined) {
    const label = gate.settings.triggerLabel;
    return refused(
      'label-missing',
      `Nobody has put the label "${label}" on issue #${number}. Put it on first.`,
      number,
    );
  }
  const actor = { login: labelling.login, type: 'User' };
  return (await judgeActor(gate, actor, number)) ?? (await judgeEdits(gate, issue, labelling.at)) ?? labelling.login;
};

/** GitHub's times are whole seconds, so an edit in the second of the labelling counts as later. */
const judgeEdits = async (gate: Gate, { number }: Issue, since: number): Promise<Refused | undefined> => {
  const edits = await gate.github.textEdits(number);
  const editors = new Set(edits.filter((edit) => edit.at >= since).map((edit) => edit.login));
  for (const login of editors) {
    if ((await judgeActor(gate, { login, type: 'User' })) === undefined) continue;
    const who = login === '' ? 'an account that is gone' : `@${login}`;
    const message = `Issue #${number} was edited after it was labelled, by ${who} without write permission. Read it and put the label on again.`;
    return refused('edited-by-outsider', message, number);
  }
  return undefined;
};

const admitDispatchedIssue = async (gate: Gate, trigger: Of<'dispatch-issue'>): Promise<Admission> => {
  const { number, text, sender } = trigger;
  const outsider = text === '' ? undefined : await judgeActor(gate, sender, number);
  if (outsider) return outsider;
  const issue = await gate.github.readIssue(number);
  if (issue === undefined) return refused('issue-not-found', `There is no issue #${number} here.`);
  const actor = await judgeLabelled(gate, issue);
  if (typeof actor !== 'string') return actor;
  return { kind: 'admitted', request: requestOf({ source: 'dispatch', actor }, issue, { by: sender.login, text }) };
};

const admitDispatchedChange = async (gate: Gate, { sender, change }: Of<'dispatch-change'>): Promise<Admission> => {
  const outsider = await judgeActor(gate, sender);
  if (outsider) return outsider;
  const body = makeSafe(change);
  const title = makeSafe(body.split('\n', 1)[0] ?? '', 120);
  return { kind: 'admitted', request: { source: 'dispatch', actor: sender.login, title, body } };
};

/** A schedule is refused in the log only: a comment every night would help nobody. */
const inSilence = ({ kind, reason, message }: Refused): Refused => ({ kind, reason, message });

/** Takes the oldest labelled issue without a pull request of ours that may be run; the others wait. */
const admitSchedule = async (gate: Gate): Promise<Admission> => {
  let first: Refused | undefined;
  for (const issue of await gate.github.openIssuesWithLabel(gate.settings.triggerLabel)) {
    if ((await gate.github.openPullRequestFrom(issueBranch(issue.number))) !== undefined) continue;
    const actor = await judgeLabelled(gate, issue);
    if (typeof actor === 'string')
      return { kind: 'admitted', request: requestOf({ source: 'schedule', actor }, issue) };
    first ??= inSilence(actor);
  }
  const message = `No open issue with the label "${gate.settings.triggerLabel}" is waiting.`;
  return first ?? { kind: 'skipped', reason: 'nothing-labelled', message };
};

type Of<K extends Trigger['kind']> = Extract<Trigger, { kind: K }>;

const judge = (trigger: Trigger, gate: Gate): Promise<Admission> => {
  switch (trigger.kind) {
    case 'label':
      return admitLabel(gate, trigger);
    case 'comment':
      return admitComment(gate, trigger);
    case 'schedule':
      return admitSchedule(gate);
    case 'dispatch-issue':
      return admitDispatchedIssue(gate, trigger);
    case 'dispatch-change':
      return admitDispatchedChange(gate, trigger);
  }
};

/** GitHub gives no type of who ran a job again; a bot is known by its name. */
const judgeRerun = async (trigger: Trigger, gate: Gate): Promise<Admission | undefined> => {
  if (gate.rerunBy === undefined) return undefined;
  const outsider = await judgeActor(gate, { login: gate.rerunBy, type: 'User' }, placeOf(trigger));
  return outsider ?? (trigger.kind === 'schedule' ? { kind: 'rerun' } : undefined);
};

const placeOf = (trigger: Trigger): number | undefined => {
  if (trigger.kind === 'label' || trigger.kind === 'comment') return trigger.issue.number;
  return trigger.kind === 'dispatch-issue' ? trigger.number : undefined;
};

const isBot = (trigger: Trigger): boolean =>
  'sender' in trigger && (trigger.sender.type === 'Bot' || trigger.sender.login.endsWith('[bot]'));

/**
 * The gate: the second arrow of the story, asked for every trigger (design section 1.2). Closed by default: an error
 * or a question GitHub leaves unanswered refuses with `gate-unanswered`. Never rejects, never writes.
 */
export const admit = async (trigger: Trigger, gate: Gate): Promise<Admission> => {
  try {
    return (await judgeRerun(trigger, gate)) ?? (await judge(trigger, gate));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `GitHub did not say whether this may be run, so it was not. Ask again later. (${why})`;
    return refused('gate-unanswered', message, isBot(trigger) ? undefined : placeOf(trigger));
  }
};
