import type { Ending } from '../../support/e2e-ending.js';

/** One attack of a whole run, told apart from the others of its story by what it puts in. */
export interface BundleVector {
  readonly id: string;
  readonly holds: (end: Ending) => void | Promise<void>;
}

/** What the runner would act on: annotations, masks and outputs that a text of ours would have made. */
export const workflowCommands = ({ run }: Ending): string => JSON.stringify([run.annotations, run.masks, run.outputs]);

/** Everything the run wrote for people on GitHub, with every earlier state of it. */
export const shown = (end: Ending): readonly string[] => {
  const issue = end.github.issueState(end.repo, 1);
  const comments = [...issue.comments, ...end.pulls.flatMap((pull) => pull.comments)].filter(
    ({ author }) => author === 'github-actions[bot]',
  );
  expect(end.pulls).toHaveLength(1);
  expect(comments.length).toBeGreaterThanOrEqual(2);
  return [
    ...end.pulls.flatMap(({ title, body }) => [title, body]),
    ...comments.flatMap(({ edits, body }) => [body, ...edits.map((each) => each.body)]),
    end.run.summaryMarkdown,
  ];
};

/** All that any model was sent. */
export const prompts = ({ model }: Ending): string => {
  expect(model.requests.length).toBeGreaterThanOrEqual(4);
  return model.requests.map(({ question }) => `${question.system}\n${question.text}`).join('\n');
};
