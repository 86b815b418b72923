import { send, type Exchange, type Reply } from '../http.js';
import type { Repo } from '../world/model.js';
import type { World } from '../world/world.js';
import { readAsset } from './assets.js';
import { commitPage, comparePage, rawFile, treePage } from './code.js';
import { conversationPage } from './conversation.js';
import { html } from './html.js';
import { type Page, renderPage } from './layout.js';
import { homePage, issuesPage, labelsPage, runsPage } from './lists.js';

/** Pages load nothing from elsewhere and run no script but ours, whatever a comment contains. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const missing: Page = {
  title: 'Not found',
  body: html`<h1>Not found</h1>
    <p>There is nothing at this address of the embedded GitHub. <a href="/">All repositories</a></p>`,
};

const findPage = async (repo: Repo, kind: string, rest: string): Promise<Page | undefined> => {
  switch (kind) {
    case '':
      return await treePage(repo, repo.defaultBranch);
    case 'tree':
    case 'blob':
      return await treePage(repo, rest);
    case 'issues':
    case 'pulls':
    case 'pull': {
      if (rest === '' && kind !== 'pull') return issuesPage(repo, kind);
      const issue = repo.issues.find((each) => String(each.number) === rest.split('/')[0]);
      return issue === undefined ? undefined : await conversationPage(repo, issue);
    }
    case 'labels':
      return labelsPage(repo);
    case 'actions':
      return runsPage(repo);
    case 'commit':
      return await commitPage(repo, rest);
    case 'compare':
      return await comparePage(repo, rest);
    default:
      return undefined;
  }
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const route = async (world: World, path: string): Promise<Page | Reply | undefined> => {
  if (path === '/') return homePage(world);
  if (path.startsWith('/assets/')) return await readAsset(path.slice('/assets/'.length));
  const [owner = '', name = '', kind = '', ...rest] = path.slice(1).replace(/\/$/, '').split('/');
  const repo = world.repo(`${owner}/${name}`);
  if (repo === undefined) return undefined;
  if (kind !== 'raw') return await findPage(repo, kind, rest.join('/'));
  const text = await rawFile(repo, rest.join('/'));
  return text === undefined ? undefined : { status: 200, type: 'text/plain; charset=utf-8', body: text };
};

/** Answers a page for people. No login: this server holds nothing secret, only what the demo or a test put there. */
export const servePage = async (world: World, exchange: Exchange): Promise<void> => {
  const found = (await route(world, decode(exchange.url.pathname))) ?? missing;
  const headers = { 'content-security-policy': policy, 'x-content-type-options': 'nosniff' };
  if ('status' in found) return send(exchange, { ...found, headers: { ...headers, ...found.headers } });
  const status = found === missing ? 404 : 200;
  send(exchange, { status, type: 'text/html; charset=utf-8', body: renderPage(found), headers });
};
