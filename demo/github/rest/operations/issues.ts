import { commentShape, eventShape, issueShape, labelShape, reactionShape, timelineShape } from '../../shapes/issue.js';
import { roleOf } from '../../world/access.js';
import * as deeds from '../../world/issues.js';
import type { Comment, Issue, Repo, Token } from '../../world/model.js';
import { findLabel, type World } from '../../world/world.js';
import { created, invalid, maxBodyLength, noContent, notFound, ok, Refusal } from '../answer.js';
import {
  actorOf,
  issueOf,
  operation,
  readIssues,
  readPulls,
  repoOf,
  triageIssues,
  triagePulls,
  writeIssues,
  writePulls,
} from '../call.js';
import { listAnswer } from '../page.js';

const readEither = [readIssues, readPulls];
const writeEither = [writeIssues, writePulls];
const triageEither = [triageIssues, triagePulls];

const checkLength = (resource: 'Issue' | 'IssueComment', body: string): void => {
  if (body.length <= maxBodyLength) return;
  throw resource === 'Issue'
    ? invalid({
        resource,
        code: 'custom',
        field: 'body',
        message: `body is too long (maximum is ${maxBodyLength} characters)`,
      })
    : invalid({
        resource,
        code: 'unprocessable',
        field: 'data',
        message: `Body is too long (maximum is ${maxBodyLength} characters)`,
      });
};

const labelNames = (labels: readonly (string | { readonly name?: string | null })[] | undefined): readonly string[] =>
  (labels ?? []).map((label) => (typeof label === 'string' ? label : (label.name ?? ''))).filter((name) => name !== '');

const names = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');

const orders: Readonly<Record<string, (issue: Issue) => number>> = {
  created: (issue) => issue.createdAt * 1e3 + issue.number,
  updated: (issue) => issue.updatedAt * 1e3 + issue.number,
  comments: (issue) => issue.comments.length,
};

const listIssues = operation('issues/list-for-repo', readEither, async (call) => {
  const { world, query } = call;
  const repo = repoOf(call);
  const wanted = names(query.labels);
  const has = (issue: Issue): boolean =>
    wanted.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name));
  const found = repo.issues
    .filter((issue) => query.state === 'all' || issue.state === (query.state ?? 'open'))
    .filter((issue) => query.creator === undefined || issue.author.login.toLowerCase() === query.creator.toLowerCase())
    .filter((issue) => query.since === undefined || issue.updatedAt >= Date.parse(query.since))
    .filter(has);
  const key = orders[query.sort ?? 'created'] ?? orders['created']!;
  const sign = query.direction === 'asc' ? 1 : -1;
  const sorted = found.toSorted((a, b) => sign * (key(a) - key(b)));
  return await listAnswer(call, sorted, (issue) => issueShape(world, repo, issue));
});

const createIssue = operation('issues/create', [writeIssues], (call) => {
  const repo = repoOf(call);
  const { title, body } = call.body;
  checkLength('Issue', body ?? '');
  const draft = { title: String(title), body: body ?? '', author: actorOf(call), labels: labelNames(call.body.labels) };
  return created(issueShape(call.world, repo, deeds.openIssue(call.world, repo, draft)));
});

const setLabels = (world: World, deed: deeds.Deed, wanted: readonly string[]): void => {
  const keep = new Set(wanted.map((name) => name.toLowerCase()));
  for (const label of deed.issue.labels.filter((each) => !keep.has(each.name.toLowerCase())))
    deeds.removeLabel(world, deed, label.name);
  deeds.addLabels(world, deed, wanted);
};

const updateIssue = operation('issues/update', [...triageEither, writeIssues], (call) => {
  const { world, body } = call;
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const deed = { repo, issue, by: actorOf(call) };
  mustBeAuthorOrTriage(call.token, repo, issue.author.id);
  // A text that is too long is answered with 200 and not taken, as GitHub does on updates.
  const text = (body?.body ?? '').length <= maxBodyLength ? (body?.body ?? undefined) : undefined;
  const title = body?.title === undefined || body.title === null ? undefined : String(body.title);
  deeds.editIssue(world, deed, {
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { body: text }),
  });
  if (body?.labels !== undefined) setLabels(world, deed, labelNames(body.labels));
  if (body?.state === 'closed')
    deeds.closeIssue(world, deed, body.state_reason === 'not_planned' ? 'not_planned' : 'completed');
  if (body?.state === 'open') deeds.reopenIssue(world, deed);
  return ok(issueShape(world, repo, issue));
});

const mustBeAuthorOrTriage = (token: Token | undefined, repo: Repo, authorId: number): void => {
  if (token === undefined || token.kind !== 'pat' || token.actor.id === authorId) return;
  if (['none', 'read'].includes(roleOf(repo, token.actor)))
    throw new Refusal(403, 'Must have admin rights to Repository.');
};

const createComment = operation('issues/create-comment', writeEither, (call) => {
  const { world, token, body } = call;
  const { repo, issue } = issueOf(call, call.params.issue_number);
  if (body.body.trim() === '')
    throw invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body cannot be blank' });
  checkLength('IssueComment', body.body);
  const by = actorOf(call);
  if (issue.locked && token?.kind === 'pat' && ['none', 'read', 'triage'].includes(roleOf(repo, by)))
    throw new Refusal(403, 'Unable to create comment because issue is locked.');
  return created(commentShape(world, repo, issue, deeds.addComment(world, { repo, issue, by }, body.body)));
});

const findComment = (repo: Repo, id: number | bigint): { issue: Issue; comment: Comment } => {
  for (const issue of repo.issues) {
    const comment = issue.comments.find((each) => each.id === Number(id));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
};

const getComment = operation('issues/get-comment', readEither, (call) => {
  const repo = repoOf(call);
  const { issue, comment } = findComment(repo, call.params.comment_id);
  return ok(commentShape(call.world, repo, issue, comment));
});

/** An App may edit its own comments only; a person also others' with write. */
const mustOwn = (token: Token | undefined, repo: Repo, comment: Comment): void => {
  if (token === undefined || token.actor.id === comment.author.id) return;
  if (token.kind === 'pat' && !['none', 'read', 'triage'].includes(roleOf(repo, token.actor))) return;
  throw new Refusal(
    403,
    token.kind === 'pat' ? 'Must have admin rights to Repository.' : 'Resource not accessible by integration',
  );
};

const updateComment = operation('issues/update-comment', writeEither, (call) => {
  const repo = repoOf(call);
  const { issue, comment } = findComment(repo, call.params.comment_id);
  mustOwn(call.token, repo, comment);
  checkLength('IssueComment', call.body.body);
  deeds.editComment(call.world, comment, { by: actorOf(call), body: call.body.body });
  return ok(commentShape(call.world, repo, issue, comment));
});

const deleteComment = operation('issues/delete-comment', writeEither, (call) => {
  const repo = repoOf(call);
  const { issue, comment } = findComment(repo, call.params.comment_id);
  mustOwn(call.token, repo, comment);
  issue.comments = issue.comments.filter((each) => each !== comment);
  call.world.changed();
  return noContent;
});

const listComments = operation('issues/list-comments', readEither, async (call) => {
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const since = call.query.since === undefined ? 0 : Date.parse(call.query.since);
  const comments = issue.comments.filter((each) => each.updatedAt >= since);
  return await listAnswer(call, comments, (each) => commentShape(call.world, repo, issue, each));
});

const listEvents = operation('issues/list-events', readEither, async (call) => {
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const events = issue.events.filter((each) => each.event !== 'commented');
  return await listAnswer(call, events, (each) => eventShape(call.world, repo, each));
});

const listTimeline = operation('issues/list-events-for-timeline', readEither, async (call) => {
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const gone = (comment: Comment): boolean => !issue.comments.includes(comment);
  const events = issue.events.filter((each) => each.event !== 'commented' || !gone(each.comment));
  return await listAnswer(call, events, (each) => timelineShape(call.world, { repo, issue }, each));
});

const addLabels = operation('issues/add-labels', triageEither, (call) => {
  const { world, body } = call;
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const list = Array.isArray(body) ? body : typeof body === 'object' ? body.labels : body === undefined ? [] : [body];
  deeds.addLabels(world, { repo, issue, by: actorOf(call) }, labelNames(list));
  return ok(issue.labels.map((label) => labelShape(world, repo, label)));
});

const removeLabel = operation('issues/remove-label', triageEither, (call) => {
  const { world } = call;
  const { repo, issue } = issueOf(call, call.params.issue_number);
  const removed = deeds.removeLabel(world, { repo, issue, by: actorOf(call) }, call.params.name);
  if (!removed) throw new Refusal(404, 'Label does not exist');
  return ok(issue.labels.map((label) => labelShape(world, repo, label)));
});

const createLabel = operation('issues/create-label', triageEither, (call) => {
  const repo = repoOf(call);
  const { name, color, description } = call.body;
  if (findLabel(repo, name) !== undefined) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  const label = call.world.ensureLabel(repo, name);
  label.color = color ?? label.color;
  label.description = description ?? null;
  call.world.changed();
  return created(labelShape(call.world, repo, label));
});

const getLabel = operation('issues/get-label', readEither, (call) => {
  const repo = repoOf(call);
  const label = findLabel(repo, call.params.name);
  if (label === undefined) throw notFound();
  return ok(labelShape(call.world, repo, label));
});

const setLocked = (id: 'issues/lock' | 'issues/unlock', locked: boolean) =>
  operation(id, triageEither, (call) => {
    const { repo, issue } = issueOf(call, call.params.issue_number);
    deeds.setLocked(call.world, { repo, issue, by: actorOf(call) }, locked);
    return noContent;
  });

const reactToIssue = operation('reactions/create-for-issue', writeEither, (call) => {
  const { issue } = issueOf(call, call.params.issue_number);
  const { reaction, isNew } = deeds.react(call.world, issue, { user: actorOf(call), content: call.body.content });
  return { status: isNew ? 201 : 200, body: reactionShape(call.world, reaction) };
});

const reactToComment = operation('reactions/create-for-issue-comment', writeEither, (call) => {
  const { comment } = findComment(repoOf(call), call.params.comment_id);
  const { reaction, isNew } = deeds.react(call.world, comment, { user: actorOf(call), content: call.body.content });
  return { status: isNew ? 201 : 200, body: reactionShape(call.world, reaction) };
});

export const issueOperations = [
  operation('issues/get', readEither, (call) => {
    const { repo, issue } = issueOf(call, call.params.issue_number);
    return ok(issueShape(call.world, repo, issue));
  }),
  listIssues,
  createIssue,
  updateIssue,
  createComment,
  getComment,
  updateComment,
  deleteComment,
  listComments,
  listEvents,
  listTimeline,
  addLabels,
  removeLabel,
  createLabel,
  getLabel,
  setLocked('issues/lock', true),
  setLocked('issues/unlock', false),
  reactToIssue,
  reactToComment,
  operation('issues/list-labels-for-repo', readEither, async (call) => {
    const repo = repoOf(call);
    return await listAnswer(call, repo.labels, (label) => labelShape(call.world, repo, label));
  }),
  operation('issues/list-labels-on-issue', readEither, async (call) => {
    const { repo, issue } = issueOf(call, call.params.issue_number);
    return await listAnswer(call, issue.labels, (label) => labelShape(call.world, repo, label));
  }),
  operation('reactions/list-for-issue', readEither, async (call) => {
    const { issue } = issueOf(call, call.params.issue_number);
    return await listAnswer(call, issue.reactions, (each) => reactionShape(call.world, each));
  }),
  operation('reactions/list-for-issue-comment', readEither, async (call) => {
    const { comment } = findComment(repoOf(call), call.params.comment_id);
    return await listAnswer(call, comment.reactions, (each) => reactionShape(call.world, each));
  }),
];
