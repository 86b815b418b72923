import { FakeGitHub } from '../../support/fake-github.js';
import type { Stage } from './github-contract.js';

/** The fake with the stage's people and issue. */
export const startFakeStage = async (): Promise<Stage> => {
  const github = new FakeGitHub();
  let now = 1_700_000_000_000;
  github.permissions.set('ada', 'write').set('mia', 'write').set('rob', 'read');
  github.files.set('a.txt', 'a\n').set('docs/b.yml', 'b: ä\n');
  const { number } = github.addIssue({ title: 'A title', body: 'A body' });
  return {
    github,
    issue: number,
    label: (label, login) => github.label(number, label, { login, at: now }),
    editBody: (login, body) => github.edit(number, { body }, { login, at: now }),
    rename: (login, title) => github.edit(number, { title }, { login, at: now }),
    commentAs: (login, body) => github.commentAs(login, number, body),
    close: () => github.setIssue(number, { state: 'closed' }),
    lock: () => github.setIssue(number, { locked: true }),
    startWorkflowRun: () => {
      github.workflowRuns.set(70, { attempt: 1, isOver: false });
      return 70;
    },
    endWorkflowRun: (id) => void github.workflowRuns.set(id, { attempt: 1, isOver: true }),
    forbidPullRequests: () => {
      github.forbidsPullRequests = true;
    },
    labels: () => github.issue(number).labels,
    reactions: () => github.reactions.filter((each) => each.on === `issue ${number}`).map((each) => each.reaction),
    comments: () => github.comments.map((each) => each.body),
    tick: (ms) => {
      now += ms;
    },
    now: () => now,
    end: async () => {},
  };
};
