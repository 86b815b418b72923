import { textChanges } from '../core/approval/plan-in-waiting.js';
import type { Failure } from '../core/failure.js';
import type { Request } from '../core/request/request.js';
import { failed, success, type Result } from '../core/result.js';
import { isUnfinished } from '../core/run/resume.js';
import type { GitHub } from '../ports/github.js';
import type { Ledger } from '../ports/ledger.js';
import type { Runner } from '../ports/runner.js';
import type { Approval, Resume } from './admission.js';
import { judgeIssue, requestOf } from './admit.js';
import { judgeApproval } from './approval/judge-approval.js';
import { asFailure } from './handle-event.js';
import { findBegun } from './resume/find-begun.js';
import { judgeResume } from './resume/judge-resume.js';
import { lastWorkOn } from './resume/last-work.js';
import type { ToResume } from './undertaking.js';

/** What is to be done. */
export interface Order {
  readonly request: Request;
  /** A run that is to go on. */
  readonly resume?: ToResume;
  /** What whoever asked has to know: told on the issue, and kept with the run. */
  readonly notes?: readonly string[];
}

/** Says what is to be done, or why nothing is; asked when the issue is held. Rejects when nobody answers. */
export type Decide = (ledger: Pick<Ledger, 'archive'>) => Promise<Result<Order, Failure>>;

/** What deciding takes. */
export interface Ordering {
  readonly github: Pick<GitHub, 'branchTip' | 'readIssue'>;
  readonly workflow: Runner['workflow'];
  readonly commandPrefix: string;
  /** As the recorder does it: a journal holds no secret, and what is held against it must not either. */
  readonly redact: (text: string) => string;
}

/** A request is carried out; what an earlier attempt of the job began of it goes on. */
export const orderRequest =
  (ordering: Ordering, request: Request): Decide =>
  async ({ archive }) => {
    const begun = await findBegun(archive, ordering.workflow);
    return success(begun === undefined ? { request } : goOn(begun, textNow(ordering, request), ordering));
  };

/** A plan that waits is run. Where an earlier attempt of the job was killed at that, it goes on. */
export const orderApproval =
  (ordering: Ordering, approval: Approval): Decide =>
  async ({ archive }) => {
    const judged = await judgeApproval({ archive, ...ordering }, approval);
    if (judged.ok) return success({ request: judged.value.run.request, resume: judged.value });
    const begun = ordering.workflow.attempt > 1 ? await lastWorkOn(archive, approval.issue.number) : undefined;
    const isIt = begun?.run.isApproved === true && begun.run.plan?.hash === approval.hash && isUnfinished(begun.run);
    return isIt ? success({ request: begun.run.request, resume: begun }) : judged;
  };

/** The run on the issue goes on, with the text it was begun with; where none is on record one begins. */
export const orderResume =
  (ordering: Ordering, { request, issue }: Resume): Decide =>
  async ({ archive }) => {
    const judged = await judgeResume({ archive, ...ordering }, issue.number);
    if (!judged.ok) return judged;
    if (judged.value === undefined) return success({ request, notes: [anew(issue.number)] });
    const { request: then } = judged.value.run;
    return success(goOn(judged.value, textNow(ordering, requestOf(then, issue, then.added)), ordering));
  };

/** What the job of a schedule began goes on, where its issue may still be worked on. */
export const orderBegun =
  ({ github, workflow }: Ordering): Decide =>
  async ({ archive }) => {
    const begun = await findBegun(archive, workflow);
    if (begun === undefined) return failed(nothingBegun);
    const { number } = begun.run.request;
    const issue = number === undefined ? undefined : await github.readIssue(number);
    const unfit = issue && judgeIssue(issue);
    return unfit ? failed(asFailure(unfit)) : success({ request: begun.run.request, resume: begun });
  };

type Text = Pick<Request, 'title' | 'body'>;

const textNow = ({ redact }: Ordering, { title, body }: Text): Text => ({ title: redact(title), body: redact(body) });

/** With the request on record: what somebody wrote since is not what was admitted. */
const goOn = (resume: ToResume, now: Text, { commandPrefix }: Ordering): Order => {
  const { request, runId } = resume.run;
  const changes = textChanges(request, now);
  if (changes.length === 0) return { request, resume };
  const note = `Run ${runId} goes on with the request as it was when it began. ${changes.join(' ')} To have the issue worked on as it is now, comment \`${commandPrefix}\` when the run has ended.`;
  return { request, resume, notes: [note] };
};

const anew = (issue: number): string =>
  `No run is on record on issue #${issue} that could go on, so this one begins anew.`;

const nothingBegun: Failure = {
  reason: 'nothing-to-resume',
  who: 'user',
  message: 'Meanwhile another run has gone on with what this job had begun.',
  action: 'See the tracking comment of the issue.',
};
