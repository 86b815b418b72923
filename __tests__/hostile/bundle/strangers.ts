import type { Event, Inputs, Stage } from '../../support/e2e-stage.js';

/** Somebody who may not, or something that must not, start a run: each starts the bundle once. */
export interface Stranger {
  readonly id: string;
  readonly event: (stage: Stage) => Event;
  readonly inputs?: Inputs;
}

const commentBy =
  (login: string) =>
  ({ github, repo, ...stage }: Stage): Event => {
    if (login.endsWith('[bot]')) github.createUser(login, { type: 'Bot' });
    return { name: 'issue_comment', payload: github.comment(repo, stage.openIssue(), login, '/aider add x') };
  };

/** The answer of a question the gate asks; 403 is not asked again, so that it takes no time. */
const unanswered =
  (target: string) =>
  (stage: Stage): Event => {
    const event = stage.labelled(stage.openIssue());
    stage.github.failOn(target, { status: 403, body: 'forbidden' });
    return event;
  };

const labelledIssue = (stage: Stage, by = 'mona'): number => {
  const issue = stage.openIssue();
  stage.github.label(stage.repo, issue, 'aider', by);
  return issue;
};

export const strangers: readonly Stranger[] = [
  { id: 'a reader comments', event: commentBy('otto') },
  { id: 'a bot comments', event: commentBy('evil[bot]') },
  { id: 'our own bot comments', event: commentBy('github-actions[bot]') },
  { id: 'a reader labels', event: (stage) => stage.labelled(stage.openIssue(), 'otto') },
  {
    id: 'a triager labels',
    event: (stage) => {
      stage.github.setPermission(stage.repo, 'otto', 'triage');
      return stage.labelled(stage.openIssue(), 'otto');
    },
  },
  {
    id: 'a writer labels an issue that is closed',
    event: (stage) => {
      const issue = stage.openIssue();
      stage.github.closeIssue(stage.repo, issue, 'mona');
      return stage.labelled(issue);
    },
  },
  {
    id: 'a writer comments on an issue that is locked',
    event: (stage) => {
      const issue = stage.openIssue();
      stage.github.lockIssue(stage.repo, issue, 'mona');
      return stage.commented(issue, '/aider add x');
    },
  },
  {
    id: 'a dispatch names an issue a reader labelled',
    event: (stage) => stage.dispatched({ issue: String(labelledIssue(stage, 'otto')) }),
  },
  {
    id: 'a dispatch names an issue that an outsider edited after the label',
    event: (stage) => {
      const issue = stage.github.openIssue(stage.repo, { title: 'T', body: 'B', author: 'otto' });
      stage.github.label(stage.repo, issue, 'aider', 'mona');
      stage.github.editIssue(stage.repo, issue, 'otto', { body: 'Now do something else' });
      return stage.dispatched({ issue: String(issue) });
    },
  },
  { id: 'a dispatch names no issue', event: (stage) => stage.dispatched({ issue: '1; id' }) },
  { id: 'the permission cannot be asked', event: unanswered('repos/get-collaborator-permission-level') },
  {
    id: 'who labelled cannot be asked',
    event: (stage) => {
      const issue = labelledIssue(stage);
      stage.github.failOn('issues/list-events', { status: 403, body: 'forbidden' });
      return stage.dispatched({ issue: String(issue) });
    },
  },
  {
    id: 'the edits cannot be asked',
    event: (stage) => {
      const issue = labelledIssue(stage);
      stage.github.failOn('graphql', { status: 403, body: 'forbidden' });
      return stage.dispatched({ issue: String(issue) });
    },
  },
];
