import type { Account, Comment, Happening, Issue, Label, Pull, Reaction, Repo } from './model.js';
import { bodyOf } from './model.js';
import type { World } from './world.js';

/** Deeds on issues and pull requests. Each keeps the record of who did it and when, and tells the world. */

export interface IssueDraft {
  readonly title: string;
  readonly body: string;
  readonly author: Account;
  readonly labels?: readonly string[];
  readonly pull?: Pull;
}

export const openIssue = (world: World, repo: Repo, draft: IssueDraft): Issue => {
  const at = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: repo.issues.length + 1,
    author: draft.author,
    createdAt: at,
    updatedAt: at,
    title: draft.title,
    edits: [{ at, by: draft.author, body: draft.body }],
    state: 'open',
    stateReason: null,
    closedAt: null,
    locked: false,
    labels: [],
    comments: [],
    reactions: [],
    events: [],
    pull: draft.pull ?? null,
  };
  repo.issues.push(issue);
  addLabels(world, { repo, issue, by: draft.author }, draft.labels ?? []);
  world.changed();
  return issue;
};

/** Where a deed happens and who does it. */
export interface Deed {
  readonly repo: Repo;
  readonly issue: Issue;
  readonly by: Account;
}

/** Appends to the issue's history. */
export const record = (world: World, { issue, by }: Deed, happening: Happening): void => {
  issue.updatedAt = world.now();
  issue.events.push({ id: world.nextId(), actor: by, at: world.now(), ...happening });
  world.changed();
};

/** Adds labels, made where the repository lacks them; gives back those the issue did not have. */
export const addLabels = (world: World, deed: Deed, names: readonly string[]): readonly Label[] => {
  const added = names
    .map((name) => world.ensureLabel(deed.repo, name))
    .filter((each) => !deed.issue.labels.includes(each));
  for (const label of new Set(added)) {
    deed.issue.labels.push(label);
    record(world, deed, { event: 'labeled', label });
  }
  return added;
};

/** False when the issue does not have the label. */
export const removeLabel = (world: World, deed: Deed, name: string): boolean => {
  const label = deed.issue.labels.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (label === undefined) return false;
  deed.issue.labels = deed.issue.labels.filter((each) => each !== label);
  record(world, deed, { event: 'unlabeled', label });
  return true;
};

export const addComment = (world: World, deed: Deed, body: string): Comment => {
  const at = world.now();
  const edits = [{ at, by: deed.by, body }];
  const comment: Comment = { id: world.nextId(), author: deed.by, createdAt: at, updatedAt: at, edits, reactions: [] };
  deed.issue.comments.push(comment);
  record(world, deed, { event: 'commented', comment });
  return comment;
};

export const editComment = (world: World, comment: Comment, edit: { by: Account; body: string }): void => {
  comment.updatedAt = world.now();
  comment.edits.push({ at: world.now(), ...edit });
  world.changed();
};

export interface IssueChange {
  readonly title?: string;
  readonly body?: string;
}

/** A new title is an event (`renamed`), a new body an entry of the edit history: as on GitHub. */
export const editIssue = (world: World, deed: Deed, change: IssueChange): void => {
  const { issue, by } = deed;
  if (change.body !== undefined && change.body !== bodyOf(issue)) {
    issue.edits.push({ at: world.now(), by, body: change.body });
    issue.updatedAt = world.now();
  }
  if (change.title !== undefined && change.title !== issue.title) {
    const rename = { from: issue.title, to: change.title };
    issue.title = change.title;
    record(world, deed, { event: 'renamed', rename });
  }
  world.changed();
};

export const closeIssue = (world: World, deed: Deed, reason: 'completed' | 'not_planned' = 'completed'): void => {
  if (deed.issue.state === 'closed') return;
  deed.issue.state = 'closed';
  deed.issue.stateReason = deed.issue.pull === null ? reason : null;
  deed.issue.closedAt = world.now();
  record(world, deed, { event: 'closed' });
};

export const reopenIssue = (world: World, deed: Deed): void => {
  if (deed.issue.state === 'open') return;
  deed.issue.state = 'open';
  deed.issue.stateReason = deed.issue.pull === null ? 'reopened' : null;
  deed.issue.closedAt = null;
  record(world, deed, { event: 'reopened' });
};

export const setLocked = (world: World, deed: Deed, locked: boolean): void => {
  if (deed.issue.locked === locked) return;
  deed.issue.locked = locked;
  record(world, deed, { event: locked ? 'locked' : 'unlocked' });
};

export const setDraft = (world: World, deed: Deed, draft: boolean): void => {
  const { pull } = deed.issue;
  if (pull === null || pull.draft === draft) return;
  pull.draft = draft;
  record(world, deed, { event: draft ? 'convert_to_draft' : 'ready_for_review' });
};

/** One reaction of a kind and account; asked again it gives back the first. */
export const react = (
  world: World,
  subject: { readonly reactions: Reaction[] },
  reaction: { readonly user: Account; readonly content: string },
): { readonly reaction: Reaction; readonly isNew: boolean } => {
  const same = (each: Reaction): boolean => each.user.id === reaction.user.id && each.content === reaction.content;
  const existing = subject.reactions.find(same);
  if (existing !== undefined) return { reaction: existing, isNew: false };
  const made = { id: world.nextId(), createdAt: world.now(), ...reaction };
  subject.reactions.push(made);
  world.changed();
  return { reaction: made, isNew: true };
};
