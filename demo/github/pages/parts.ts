import { html as diffHtml } from 'diff2html';
import type { FileFacts } from '../git/facts.js';
import type { CommitFacts } from '../git/facts.js';
import type { Issue, Label, Repo } from '../world/model.js';
import { html, Html } from './html.js';

/** Pieces several pages share. */

const isDark = (hex: string): boolean => {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 140;
};

const safeColor = (color: string): string => (/^[0-9a-f]{6}$/i.test(color) ? color : 'ededed');

export const labelTag = (label: Label): Html => {
  const color = safeColor(label.color);
  return html`<span class="label" style="background:#${color};color:${isDark(color) ? '#fff' : '#1b1b18'}"
    >${label.name}</span
  >`;
};

/** What state an issue or pull request is in, in a word and a colour class. */
export const stateOf = (issue: Issue): { readonly word: string; readonly kind: string } => {
  if (issue.pull?.merged != null) return { word: 'Merged', kind: 'merged' };
  if (issue.state === 'closed') return { word: 'Closed', kind: 'closed' };
  return issue.pull?.draft === true ? { word: 'Draft', kind: 'draft' } : { word: 'Open', kind: 'open' };
};

export const stateTag = (issue: Issue): Html => {
  const { word, kind } = stateOf(issue);
  return html`<span class="state ${kind}">${word}</span>`;
};

export const issueLink = (repo: Repo, issue: Issue): string =>
  `/${repo.fullName}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`;

/** A branch, path or range inside a link. */
export const urlPath = (text: string): string => text.split('/').map(encodeURIComponent).join('/');

export const branchTag = (repo: Repo, branch: string): Html =>
  html`<a class="branch" href="/${repo.fullName}/tree/${urlPath(branch)}">${branch}</a>`;

export const commitList = (repo: Repo, commits: readonly CommitFacts[]): Html =>
  html`<ul class="commits">
    ${commits.map((commit) => {
      const [subject = ''] = commit.message.split('\n');
      return html`<li>
        <a class="subject" href="/${repo.fullName}/commit/${commit.sha}">${subject}</a>
        <span class="muted">${commit.author.name}</span>
        <code>${commit.sha.slice(0, 7)}</code>
      </li>`;
    })}
  </ul>`;

const bar = (file: FileFacts): Html =>
  html`<span class="plus">+${file.additions}</span> <span class="minus">−${file.deletions}</span>`;

const fileList = (files: readonly FileFacts[]): Html =>
  html`<details class="files" open>
    <summary>${files.length} ${files.length === 1 ? 'file' : 'files'} changed</summary>
    <ul>
      ${files.map((file) => html`<li><code>${file.filename}</code> <span class="muted">${file.status}</span> ${bar(file)}</li>`)}
    </ul>
  </details>`;

/** A coloured unified diff with its list of files. Very large diffs are cut, and say so. */
export const diffView = (files: readonly FileFacts[], diff: string): Html => {
  const limit = 400_000;
  const shown = diff.length <= limit ? diff : diff.slice(0, diff.lastIndexOf('\ndiff --git ', limit) + 1);
  const colored = diffHtml(shown, { outputFormat: 'line-by-line', drawFileList: false, matching: 'lines' });
  const cut = shown.length < diff.length ? html`<p class="muted">The rest of this diff is too large to show.</p>` : '';
  return html`${fileList(files)}
    <div class="diff">${new Html(colored)}</div>
    ${cut}`;
};
