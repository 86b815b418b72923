import {
  diffText,
  distance,
  listCommits,
  listFiles,
  listRefs,
  listTree,
  mergeBase,
  readBlob,
  readCommit,
} from '../git/facts.js';
import { resolveCommit } from '../git/git.js';
import type { Repo } from '../world/model.js';
import { html, type Html } from './html.js';
import { type Page, when } from './layout.js';
import { renderMarkdown } from './markdown.js';
import { branchTag, commitList, diffView, urlPath } from './parts.js';

/** Pages of git's content: trees, files, commits, comparisons. */

interface Place {
  readonly ref: string;
  readonly sha: string;
  readonly path: string;
}

/** Splits `<ref>/<path>`: branch names hold slashes, so the longest branch that fits wins, else a commit id. */
export const findPlace = async (repo: Repo, rest: string): Promise<Place | undefined> => {
  const branches = (await listRefs(repo.gitDir, 'refs/heads/')).map(({ ref }) => ref.slice('refs/heads/'.length));
  const fits = branches.filter((branch) => rest === branch || rest.startsWith(`${branch}/`));
  const ref = fits.sort((a, b) => b.length - a.length)[0] ?? rest.split('/')[0] ?? '';
  const sha = await resolveCommit(repo.gitDir, ref);
  return sha === undefined ? undefined : { ref, sha, path: rest.slice(ref.length + 1) };
};

const trail = (repo: Repo, { ref, path }: Place): Html => {
  const parts = path === '' ? [] : path.split('/');
  const to = (index: number): string => urlPath(parts.slice(0, index + 1).join('/'));
  return html`<p class="trail">
    ${branchTag(repo, ref)}
    ${parts.map((part, index) => html`<span class="sep">/</span><a href="/${repo.fullName}/tree/${urlPath(ref)}/${to(index)}">${part}</a>`)}
  </p>`;
};

const branchLine = async (repo: Repo, current: string): Promise<Html> => {
  const refs = await listRefs(repo.gitDir, 'refs/heads/');
  const names = refs.map(({ ref }) => ref.slice('refs/heads/'.length)).filter((name) => name !== current);
  if (names.length === 0) return html``;
  return html`<details class="branches">
    <summary>${names.length} other ${names.length === 1 ? 'branch' : 'branches'}</summary>
    <ul>
      ${names.map(
        (name) =>
          html`<li>
            ${branchTag(repo, name)}
            <a href="/${repo.fullName}/compare/${urlPath(`${repo.defaultBranch}...${name}`)}">compare</a>
          </li>`,
      )}
    </ul>
  </details>`;
};

const lastCommit = async (repo: Repo, sha: string): Promise<Html> => {
  const commit = await readCommit(repo.gitDir, sha);
  const [subject = ''] = commit.message.split('\n');
  return html`<p class="last-commit">
    <strong>${commit.author.name}</strong> <a href="/${repo.fullName}/commit/${sha}">${subject}</a>
    <code>${sha.slice(0, 7)}</code> <span class="muted">${when(Date.parse(commit.committer.date))}</span>
  </p>`;
};

const readme = async (repo: Repo, { sha, path }: Place): Promise<Html> => {
  const blob = await readBlob(repo.gitDir, sha, path === '' ? 'README.md' : `${path}/README.md`);
  if (blob === undefined) return html``;
  return html`<section class="text readme markdown">
    ${renderMarkdown(blob.text, { repo: repo.fullName, breaks: false })}
  </section>`;
};

const folderBody = async (repo: Repo, place: Place): Promise<Html | undefined> => {
  const entries = await listTree(repo.gitDir, place.sha, place.path);
  if (entries === undefined) return undefined;
  const sorted = entries.toSorted((a, b) => Number(b.type === 'tree') - Number(a.type === 'tree'));
  const link = (name: string, kind: string): string =>
    `/${repo.fullName}/${kind}/${urlPath(place.ref)}/${urlPath(place.path === '' ? name : `${place.path}/${name}`)}`;
  return html`${trail(repo, place)} ${await branchLine(repo, place.ref)} ${await lastCommit(repo, place.sha)}
    <ul class="tree">
      ${sorted.map((entry) =>
        entry.type === 'tree'
          ? html`<li class="folder"><a href="${link(entry.path, 'tree')}">${entry.path}</a></li>`
          : html`<li>
              <a href="${link(entry.path, 'blob')}">${entry.path}</a> <span class="muted">${entry.size} B</span>
            </li>`,
      )}
    </ul>
    ${await readme(repo, place)}`;
};

const numbered = (text: string): Html => {
  const lines = text.replace(/\n$/, '').split('\n');
  return html`<table class="source">
    <tbody>
      ${lines.map(
        (line, index) =>
          html`<tr id="L${index + 1}">
            <td class="line">${index + 1}</td>
            <td><code>${line}</code></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
};

const fileBody = async (repo: Repo, place: Place): Promise<Html | undefined> => {
  const blob = await readBlob(repo.gitDir, place.sha, place.path);
  if (blob === undefined) return undefined;
  const raw = html`<a href="/${repo.fullName}/raw/${urlPath(place.ref)}/${urlPath(place.path)}">raw</a>`;
  const isBinary = blob.text.slice(0, 8000).includes('\0');
  const isMarkdown = /\.(md|markdown)$/i.test(place.path);
  const content = isMarkdown
    ? html`<div class="markdown">${renderMarkdown(blob.text, { repo: repo.fullName, breaks: false })}</div>`
    : numbered(blob.text);
  return html`${trail(repo, place)}
    <section class="text">
      <div class="text-head">
        ${blob.text.split('\n').length - 1} lines · ${Buffer.byteLength(blob.text)} bytes · ${raw}
      </div>
      ${isBinary ? html`<p class="blank">A binary file.</p>` : content}
    </section>`;
};

/** A folder or file at `<ref>/<path>`; undefined when there is none. */
export const treePage = async (repo: Repo, rest: string): Promise<Page | undefined> => {
  const place = await findPlace(repo, rest);
  if (place === undefined) return undefined;
  const body = (await folderBody(repo, place)) ?? (await fileBody(repo, place));
  return body === undefined
    ? undefined
    : { title: `${place.path || place.ref} · ${repo.fullName}`, repo, tab: 'code', body };
};

export const commitPage = async (repo: Repo, revision: string): Promise<Page | undefined> => {
  const sha = await resolveCommit(repo.gitDir, revision);
  if (sha === undefined) return undefined;
  const commit = await readCommit(repo.gitDir, sha);
  const parent = commit.parents[0] ?? '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  const [subject = '', ...rest] = commit.message.split('\n');
  const view = diffView(await listFiles(repo.gitDir, parent, sha), await diffText(repo.gitDir, parent, sha));
  const body = html`<h1>${subject}</h1>
    <pre class="message">${rest.join('\n').trim()}</pre>
    <p class="muted">${commit.author.name} · ${when(Date.parse(commit.committer.date))} · <code>${sha}</code></p>
    ${view}`;
  return { title: `${subject} · ${repo.fullName}`, repo, tab: 'code', body };
};

/** `a...b`: what b has that a has not. */
export const comparePage = async (repo: Repo, range: string): Promise<Page | undefined> => {
  const [from = '', to = ''] = range.split(/\.{2,3}/);
  const [base, head] = [await resolveCommit(repo.gitDir, from), await resolveCommit(repo.gitDir, to)];
  if (base === undefined || head === undefined) return undefined;
  const start = (await mergeBase(repo.gitDir, base, head)) ?? base;
  const { ahead, behind } = await distance(repo.gitDir, base, head);
  const commits = await listCommits(repo.gitDir, `${base}..${head}`);
  const view = diffView(await listFiles(repo.gitDir, start, head), await diffText(repo.gitDir, start, head));
  const body = html`<h1>Compare ${branchTag(repo, from)} … ${branchTag(repo, to)}</h1>
    <p class="muted">${ahead} ahead, ${behind} behind</p>
    ${commitList(repo, commits)} ${view}`;
  return { title: `Compare ${range} · ${repo.fullName}`, repo, tab: 'code', body };
};

export const rawFile = async (repo: Repo, rest: string): Promise<string | undefined> => {
  const place = await findPlace(repo, rest);
  return place === undefined ? undefined : (await readBlob(repo.gitDir, place.sha, place.path))?.text;
};
