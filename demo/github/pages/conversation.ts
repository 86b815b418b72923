import { diffText, listCommits, listFiles } from '../git/facts.js';
import type { Comment, Issue, IssueEvent, Reaction, Repo, TextEdit } from '../world/model.js';
import { isPull, readPullFacts, type PullFacts, type PullIssue } from '../world/pulls.js';
import { html, type Html } from './html.js';
import { avatar, type Page, when } from './layout.js';
import { renderMarkdown } from './markdown.js';
import { branchTag, commitList, diffView, labelTag, stateTag } from './parts.js';

/** The page of an issue or a pull request. */

const emoji: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  hooray: '🎉',
  confused: '😕',
  heart: '❤️',
  rocket: '🚀',
  eyes: '👀',
};

const reactionRow = (reactions: readonly Reaction[]): Html | '' =>
  reactions.length === 0
    ? ''
    : html`<p class="reactions">
        ${reactions.map(({ content, user }) => html`<span title="${user.login}">${emoji[content] ?? content} ${user.login}</span>`)}
      </p>`;

const history = (edits: readonly TextEdit[]): Html | '' =>
  edits.length < 2
    ? ''
    : html`<details class="history">
        <summary>edited ${edits.length - 1}×</summary>
        <ol>
          ${edits.map(
            (edit, index) =>
              html`<li>
                <p class="muted">${index === 0 ? 'written' : 'edited'} by ${edit.by.login}, ${when(edit.at)}</p>
                <pre>${edit.body}</pre>
              </li>`,
          )}
        </ol>
      </details>`;

interface Text {
  readonly id: string;
  readonly author: Issue['author'];
  readonly createdAt: number;
  readonly edits: readonly TextEdit[];
  readonly reactions: readonly Reaction[];
}

const textBox = (repo: Repo, text: Text): Html => {
  const body = text.edits.at(-1)?.body ?? '';
  const shown =
    body === ''
      ? html`<p class="muted">No description.</p>`
      : renderMarkdown(body, { repo: repo.fullName, breaks: true });
  return html`<article class="text" id="${text.id}">
    <div class="text-head">
      ${avatar(text.author, 24)} <strong>${text.author.login}</strong>
      ${text.author.type === 'Bot' ? html`<span class="tag">bot</span>` : ''}
      <span class="muted">${when(text.createdAt)}</span> ${history(text.edits)}
    </div>
    <div class="markdown">${shown}</div>
    ${reactionRow(text.reactions)}
  </article>`;
};

const commentBox = (repo: Repo, comment: Comment): Html =>
  textBox(repo, { ...comment, id: `issuecomment-${comment.id}` });

const told = (repo: Repo, event: IssueEvent): Html => {
  switch (event.event) {
    case 'labeled':
      return html`added ${labelTag(event.label)}`;
    case 'unlabeled':
      return html`removed ${labelTag(event.label)}`;
    case 'renamed':
      return html`changed the title from <del>${event.rename.from}</del> to <strong>${event.rename.to}</strong>`;
    case 'closed':
    case 'reopened':
    case 'locked':
    case 'unlocked':
      return html`${event.event} this`;
    case 'ready_for_review':
      return html`marked this ready for review`;
    case 'convert_to_draft':
      return html`made this a draft`;
    case 'merged':
      return html`merged this as
        <a href="/${repo.fullName}/commit/${event.commit}"><code>${event.commit.slice(0, 7)}</code></a>`;
    case 'head_ref_force_pushed':
      return html`force-pushed the branch to <code>${event.commit.slice(0, 7)}</code>`;
    case 'head_ref_deleted':
      return html`deleted the branch`;
    case 'commented':
      return html``;
  }
};

const timelineEntry = (repo: Repo, issue: Issue, event: IssueEvent): Html => {
  if (event.event === 'commented')
    return issue.comments.includes(event.comment) ? commentBox(repo, event.comment) : html``;
  return html`<p class="event">
    ${avatar(event.actor, 20)} <strong>${event.actor.login}</strong> ${told(repo, event)}
    <span class="muted">${when(event.at)}</span>
  </p>`;
};

const conversation = (repo: Repo, issue: Issue): Html =>
  html`${textBox(repo, { ...issue, id: 'body' })} ${issue.events.map((event) => timelineEntry(repo, issue, event))}
  ${issue.locked ? html`<p class="event">This conversation is locked to collaborators.</p>` : ''}`;

const side = (issue: Issue): Html =>
  html`<aside>
    <h2>Labels</h2>
    <p>${issue.labels.length === 0 ? html`<span class="muted">None yet</span>` : issue.labels.map(labelTag)}</p>
    <h2>Author</h2>
    <p>${avatar(issue.author, 20)} ${issue.author.login}</p>
    <h2>Comments</h2>
    <p>${issue.comments.length}</p>
  </aside>`;

const heading = (issue: Issue, line: Html): Html =>
  html`<h1>${issue.title} <span class="number">#${issue.number}</span></h1>
    <p class="under">${stateTag(issue)} ${line}</p>`;

const issueBody = (repo: Repo, issue: Issue): Html =>
  html`${heading(issue, html`<span class="muted"><strong>${issue.author.login}</strong> opened this ${when(issue.createdAt)}</span>`)}
    <div class="columns">
      <div>${conversation(repo, issue)}</div>
      ${side(issue)}
    </div>`;

const mergeNote = (issue: PullIssue, facts: PullFacts): Html => {
  if (issue.state === 'closed') return html``;
  if (facts.mergeable !== true) return html`<p class="note bad">This branch has conflicts with ${issue.pull.base}.</p>`;
  return issue.pull.draft
    ? html`<p class="note wait">A draft: not yet ready to merge. No conflicts with ${issue.pull.base}.</p>`
    : html`<p class="note good">No conflicts with ${issue.pull.base}: this can be merged.</p>`;
};

const pullBody = async (repo: Repo, issue: PullIssue): Promise<Html> => {
  const { pull } = issue;
  const facts = await readPullFacts(repo, issue);
  const commits = await listCommits(repo.gitDir, `${facts.mergeBase}..${pull.headSha}`);
  const files = await listFiles(repo.gitDir, facts.mergeBase, pull.headSha);
  const diff = await diffText(repo.gitDir, facts.mergeBase, pull.headSha);
  const line = html`<span class="muted"
    ><strong>${issue.author.login}</strong> wants to merge ${facts.commits}
    ${facts.commits === 1 ? 'commit' : 'commits'} into ${branchTag(repo, pull.base)} from ${branchTag(repo, pull.head)}
    <span class="plus">+${facts.additions}</span> <span class="minus">−${facts.deletions}</span></span
  >`;
  return html`${heading(issue, line)}
    <nav class="jump" aria-label="On this page">
      <a href="#conversation">Conversation</a> <a href="#commits">Commits ${commits.length}</a>
      <a href="#files">Files ${files.length}</a>
    </nav>
    <div class="columns" id="conversation">
      <div>${conversation(repo, issue)} ${mergeNote(issue, facts)}</div>
      ${side(issue)}
    </div>
    <h2 id="commits">Commits</h2>
    ${commitList(repo, commits)}
    <h2 id="files">Files changed</h2>
    ${diffView(files, diff)}`;
};

/** An issue's or pull request's page. */
export const conversationPage = async (repo: Repo, issue: Issue): Promise<Page> => ({
  title: `${issue.title} #${issue.number}`,
  repo,
  tab: isPull(issue) ? 'pulls' : 'issues',
  body: isPull(issue) ? await pullBody(repo, issue) : issueBody(repo, issue),
});
