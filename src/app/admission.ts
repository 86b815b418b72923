import type { IssueCopy } from '../core/request/payload.js';
import type { Request } from '../core/request/request.js';

/** Why the gate stays shut. */
export type RefusalReason =
  | 'no-permission'
  | 'bot-not-allowed'
  | 'issue-closed'
  | 'issue-locked'
  | 'pull-request-not-supported'
  | 'issue-not-found'
  | 'label-missing'
  | 'edited-by-outsider'
  | 'gate-unanswered';

/** Who approves what, and the event's own copy of the issue, against which the plan is held. */
export interface Approval {
  readonly kind: 'approval';
  readonly actor: string;
  readonly hash: string;
  readonly issue: IssueCopy;
  readonly commentId: number;
}

/** Who wants to go on with the run on an issue, and the event's own copy of it, for where there is none. */
export interface Resume {
  readonly kind: 'resume';
  readonly request: Request;
  readonly issue: IssueCopy;
  readonly commentId: number;
}

export interface Refused {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** For a person; says what would have to be different. */
  readonly message: string;
  /** Where to say so, in one comment and nothing else; undefined: only in the log. */
  readonly number?: number;
}

/** What comes of a trigger. Only `admitted` may cost a model call. */
export type Admission =
  | { readonly kind: 'admitted'; readonly request: Request }
  /** A plan that was shown is to be run; whether it may be is judged from the journal. */
  | Approval
  /** Which run is to go on, if there is one, is read from the journals. */
  | Resume
  /** The job of a schedule was run again: what it had begun is in the journals, no longer among the labelled issues. */
  | { readonly kind: 'rerun' }
  /** A command that is answered with a comment and starts nothing. */
  | { readonly kind: 'answer'; readonly command: 'status'; readonly number: number; readonly commentId: number }
  | {
      readonly kind: 'answer';
      readonly command: 'help';
      readonly number: number;
      readonly commentId: number;
      readonly text: string;
    }
  | { readonly kind: 'skipped'; readonly reason: 'nothing-labelled' | 'own-comment'; readonly message: string }
  | Refused;
