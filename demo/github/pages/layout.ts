import type { Account, Repo } from '../world/model.js';
import { html, Html } from './html.js';

export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly repo?: Repo;
  /** Which tab of the repository is shown. */
  readonly tab?: 'code' | 'issues' | 'pulls' | 'actions';
}

const openCount = (repo: Repo, pulls: boolean): number =>
  repo.issues.filter((issue) => issue.state === 'open' && (issue.pull !== null) === pulls).length;

const tab = (page: Page, name: NonNullable<Page['tab']>, link: { href: string; text: string; count?: number }): Html =>
  html`<a href="${link.href}" ${page.tab === name ? new Html('aria-current="page"') : ''}
    >${link.text}${link.count === undefined ? '' : html` <span class="count">${link.count}</span>`}</a
  >`;

const tabs = (page: Page, repo: Repo): Html => {
  const base = `/${repo.fullName}`;
  return html`<nav class="tabs" aria-label="Repository">
    ${tab(page, 'code', { href: base, text: 'Code' })}
    ${tab(page, 'issues', { href: `${base}/issues`, text: 'Issues', count: openCount(repo, false) })}
    ${tab(page, 'pulls', { href: `${base}/pulls`, text: 'Pull requests', count: openCount(repo, true) })}
    ${tab(page, 'actions', { href: `${base}/actions`, text: 'Runs', count: repo.runs.length })}
  </nav>`;
};

const crumbs = (repo: Repo): Html =>
  html`<span class="sep">/</span
    ><a href="/${repo.fullName}" class="repo-name">${repo.fullName}</a>
    ${repo.private ? html`<span class="tag">private</span>` : ''}`;

const hasMermaid = (body: Html): boolean => body.text.includes('class="mermaid"');

/** The whole document. Every page says what this server is. */
export const renderPage = (page: Page): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} · Embedded GitHub</title>
        <link rel="icon" href="/assets/avatar/embedded.svg" />
        <link rel="stylesheet" href="/assets/diff2html.css" />
        <link rel="stylesheet" href="/assets/style.css" />
        ${
          hasMermaid(page.body)
            ? html`<script src="/assets/mermaid.js" defer></script>
                <script src="/assets/page.js" defer></script>`
            : ''
        }
      </head>
      <body>
        <p class="banner" role="note">
          <strong>Embedded stand-in.</strong> A local server for the demo and the tests. This is not github.com.
        </p>
        <header>
          <div class="bar">
            <a href="/" class="home">Embedded GitHub</a>${page.repo === undefined ? '' : crumbs(page.repo)}
          </div>
          ${page.repo === undefined ? '' : tabs(page, page.repo)}
        </header>
        <main>${page.body}</main>
        <footer>Served from this machine by aider-orchestrator's embedded GitHub, no account needed.</footer>
      </body>
    </html>`.text;

export const avatar = (account: Account, size = 32): Html =>
  html`<img
    class="avatar"
    src="/assets/avatar/${encodeURIComponent(account.login)}.svg"
    width="${size}"
    height="${size}"
    alt=""
  />`;

/** A time with the machine-readable form; shown in UTC so that a page reads the same everywhere. */
export const when = (ms: number): Html => {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
};
