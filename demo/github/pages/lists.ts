import type { Issue, Repo, WorkflowRun } from '../world/model.js';
import type { World } from '../world/world.js';
import { html, type Html } from './html.js';
import { avatar, type Page, when } from './layout.js';
import { branchTag, issueLink, labelTag, stateTag } from './parts.js';

/** Pages that are lists: repositories, issues, pull requests, labels, workflow runs. */

export const homePage = (world: World): Page => ({
  title: 'Repositories',
  body: html`<h1>Repositories</h1>
    <ul class="rows">
      ${[...world.repos.values()].map(
        (repo) =>
          html`<li>
            <div>
              <a class="row-title" href="/${repo.fullName}">${repo.fullName}</a>
              ${repo.private ? html`<span class="tag">private</span>` : ''}
            </div>
            <p class="muted">
              ${repo.issues.filter((issue) => issue.pull === null).length} issues,
              ${repo.issues.filter((issue) => issue.pull !== null).length} pull requests, last push
              ${when(repo.pushedAt)}
            </p>
          </li>`,
      )}
    </ul>
    ${world.repos.size === 0 ? html`<p class="muted">No repository has been created yet.</p>` : ''}`,
});

const row = (repo: Repo, issue: Issue): Html =>
  html`<li>
    <div>
      ${stateTag(issue)} <a class="row-title" href="${issueLink(repo, issue)}">${issue.title}</a>
      ${issue.labels.map(labelTag)}
    </div>
    <p class="muted">
      #${issue.number} by ${issue.author.login}, ${when(issue.createdAt)}
      ${issue.comments.length > 0 ? html`· ${issue.comments.length} ${issue.comments.length === 1 ? 'comment' : 'comments'}` : ''}
      ${issue.pull === null ? '' : html`· ${branchTag(repo, issue.pull.head)}`}
    </p>
  </li>`;

/** Issues or pull requests, open ones first, newest first. */
export const issuesPage = (repo: Repo, kind: 'issues' | 'pulls'): Page => {
  const title = kind === 'issues' ? 'Issues' : 'Pull requests';
  const mine = repo.issues.filter((issue) => (issue.pull === null) === (kind === 'issues')).toReversed();
  const sorted = [...mine.filter((each) => each.state === 'open'), ...mine.filter((each) => each.state === 'closed')];
  const empty = html`<p class="blank">${kind === 'issues' ? 'No issues yet.' : 'No pull requests yet.'}</p>`;
  const labels = html`<a href="/${repo.fullName}/labels">Labels ${repo.labels.length}</a>`;
  const list = html`<ul class="rows">
    ${sorted.map((issue) => row(repo, issue))}
  </ul>`;
  return {
    title: `${title} · ${repo.fullName}`,
    repo,
    tab: kind,
    body: html`<div class="head-row">
        <h1>${title}</h1>
        ${labels}
      </div>
      ${sorted.length === 0 ? empty : list}`,
  };
};

export const labelsPage = (repo: Repo): Page => ({
  title: `Labels · ${repo.fullName}`,
  repo,
  tab: 'issues',
  body: html`<h1>Labels</h1>
    <ul class="rows">
      ${repo.labels.map((label) => html`<li>${labelTag(label)} <span class="muted">${label.description ?? ''}</span></li>`)}
    </ul>
    ${repo.labels.length === 0 ? html`<p class="blank">No labels yet.</p>` : ''}`,
});

const runRow = (repo: Repo, run: WorkflowRun): Html =>
  html`<li id="run-${run.id}">
    <div>
      <span class="state ${run.conclusion ?? run.status}">${run.conclusion ?? run.status}</span>
      <span class="row-title">${run.name} #${run.runNumber}</span>
    </div>
    <p class="muted">
      ${avatar(run.actor, 16)} ${run.actor.login} · ${run.event} · ${branchTag(repo, run.headBranch)} ·
      ${when(run.createdAt)}
    </p>
  </li>`;

export const runsPage = (repo: Repo): Page => ({
  title: `Runs · ${repo.fullName}`,
  repo,
  tab: 'actions',
  body: html`<h1>Workflow runs</h1>
    <p class="muted">This server keeps a record of runs. It does not run workflows itself.</p>
    <ul class="rows">
      ${repo.runs.toReversed().map((run) => runRow(repo, run))}
    </ul>`,
});
