import type { Run } from '../run/run.js';

/** A run whose plan waits to be approved. */
export type PlanInWaiting = Run & { readonly plan: NonNullable<Run['plan']> };

/** Whether a run ended with its plan waiting, so that it can go on from there. */
export const waitsForApproval = (run: Run | undefined): run is PlanInWaiting =>
  run?.plan !== undefined && run.end?.status === 'awaiting-approval';

type Text = Pick<Run['request'], 'title' | 'body'>;

/** How things are when somebody approves. The texts have passed the same way as those of the request did. */
export interface Now {
  readonly hash: string;
  readonly title: string;
  readonly body: string;
  /** Where the base branch is; undefined when it is gone. */
  readonly tip: string | undefined;
}

/** Everything that is not as it was when the plan was made, each as a sentence; empty when it may run. */
export const changesSince = ({ plan, base, request }: PlanInWaiting, now: Now): readonly string[] => [
  ...(now.hash === plan.hash ? [] : [otherHash(now.hash, plan.hash)]),
  ...(now.tip === base.sha ? [] : [baseMoved(base, now.tip)]),
  ...textChanges(request, now),
];

/** What of a request is not as it was when it was made, each as a sentence. */
export const textChanges = (was: Text, now: Text): readonly string[] => [
  ...(now.title === was.title ? [] : [`The issue's title was ${quote(was.title)} and is ${quote(now.title)}.`]),
  ...(now.body === was.body ? [] : [bodyChanged(was.body, now.body)]),
];

const otherHash = (said: string, waiting: string): string =>
  said === ''
    ? `No hash was given; the plan that waits is \`${waiting}\`.`
    : `The plan that waits is \`${waiting}\`, not ${quote(said)}.`;

const baseMoved = (base: Run['base'], tip: string | undefined): string =>
  tip === undefined
    ? `The branch ${base.branch} is gone.`
    : `The branch ${base.branch} was at ${base.sha.slice(0, 10)} and is at ${tip.slice(0, 10)}.`;

/** The first line that differs says enough; the whole text stands in the issue. */
const bodyChanged = (before: string, after: string): string => {
  const [was, is] = [before.split('\n'), after.split('\n')];
  const at = was.findIndex((line, n) => line !== is[n]);
  const line = at < 0 ? was.length : at;
  return `The issue's text was edited: line ${line + 1} was ${quoteLine(was[line])} and is ${quoteLine(is[line])}.`;
};

const quoteLine = (line: string | undefined): string => (line === undefined ? 'not there' : quote(line));

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
