import type { Admission, Approval, RefusalReason, Refused, Resume } from './admission.js';
import { admit } from './admit.js';
import type { Failure } from '../core/failure.js';
import type { Request } from '../core/request/request.js';
import { parseTrigger, type Ignored } from '../core/request/trigger.js';
import { renderRefusal } from '../core/render/replies.js';
import type { Settings } from '../core/settings/settings.js';
import type { GitHub } from '../ports/github.js';
import { quietly } from './quietly.js';
import { renderRunStatus } from './tell-status.js';

/** A GitHub event as the runner hands it over. */
export interface EventSource {
  readonly eventName: string;
  readonly payload: unknown;
}

export interface Desk {
  readonly github: GitHub;
  readonly settings: Settings;
  /** Told what failed without ending anything: a reaction, a comment. */
  readonly warn: (message: string) => void;
  /** Who had the job run again, where somebody did. */
  readonly rerunBy?: string;
}

/** What is left to do: carry out a request, or nothing, with the reason for the log. */
export type Handled =
  | { readonly kind: 'run'; readonly request: Request }
  | Approval
  | Resume
  | { readonly kind: 'rerun' }
  | { readonly kind: 'nothing'; readonly message: string };

/** Turns an event into a request that may be carried out, or answers it and stops. No model is asked here. */
export const handleEvent = async (event: EventSource, desk: Desk): Promise<Handled> => {
  const trigger = parseTrigger({ ...event, settings: desk.settings });
  if (trigger.kind === 'ignored') return { kind: 'nothing', message: reasonOf(trigger) };
  return answer(await admit(trigger, desk), desk);
};

const reasonOf = ({ reason, message }: Ignored): string => `${message} (${reason})`;

const answer = async (admission: Admission, desk: Desk): Promise<Handled> => {
  switch (admission.kind) {
    case 'admitted':
      await acknowledge(admission.request, desk);
      return { ...admission, kind: 'run' };
    case 'rerun':
      return admission;
    case 'approval':
    case 'resume':
      await acknowledge({ commentId: admission.commentId }, desk);
      return admission;
    case 'answer':
      await reply(admission, desk);
      return { kind: 'nothing', message: `Answered ${admission.command} on #${admission.number}.` };
    case 'skipped':
      return { kind: 'nothing', message: admission.message };
    case 'refused':
      await refuse(admission, desk);
      return { kind: 'nothing', message: `Refused: ${admission.message} (${admission.reason})` };
  }
};

/** The eyes reaction, at once: on the comment that asked, else on the issue. */
const acknowledge = (
  { number, commentId }: Pick<Request, 'number' | 'commentId'>,
  { github, warn }: Desk,
): Promise<void> => {
  if (commentId !== undefined) return quietly(warn, 'The reaction', () => github.reactToComment(commentId, 'eyes'));
  if (number !== undefined) return quietly(warn, 'The reaction', () => github.reactToIssue(number, 'eyes'));
  return Promise.resolve();
};

const reply = async (admission: Extract<Admission, { kind: 'answer' }>, { github, warn }: Desk): Promise<void> => {
  await quietly(warn, `The answer to ${admission.command}`, async () => {
    const text = admission.command === 'help' ? admission.text : await renderRunStatus(github, admission.number);
    await github.createComment(admission.number, text);
  });
};

/** One comment that says why, and nothing else: no reaction, no label. */
const refuse = async (refusal: Extract<Admission, { kind: 'refused' }>, { github, warn }: Desk): Promise<void> => {
  const { number } = refusal;
  if (number === undefined) return;
  const text = renderRefusal(asFailure(refusal));
  await quietly(warn, 'The refusal', () => github.createComment(number, text));
};

/** A refusal with what would have to be different. */
export const asFailure = ({ reason, message }: Refused): Failure => ({
  reason,
  who: 'user',
  message,
  action: mends[reason],
});

/** What would have to be different, for each reason. */
const mends: Readonly<Record<RefusalReason, string>> = {
  'no-permission': 'Somebody with write permission can ask for it.',
  'bot-not-allowed': 'Add its exact login to `allowed-bots`.',
  'issue-closed': 'Open the issue again, then ask again.',
  'issue-locked': 'Unlock the issue, then ask again.',
  'pull-request-not-supported': 'Ask on an issue.',
  'issue-not-found': 'Give the number of an issue that exists.',
  'label-missing': 'Put the label on, then run it again.',
  'edited-by-outsider': 'Read the issue as it stands now, then take the label off and put it on again.',
  'gate-unanswered': 'Ask again when GitHub answers.',
};
