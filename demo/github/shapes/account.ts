import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';

/** GitHub's form of a time: UTC, whole seconds. */
export const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

export const nodeId = (kind: string, id: number): string => Buffer.from(`${kind}:${id}`).toString('base64url');

/** The short form of an account (`simple-user`), as it stands in every other object. */
export const simpleUser = (world: World, account: Account) => {
  const url = `${world.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('User', account.id),
    avatar_url: `${world.serverUrl}/assets/avatar/${encodeURIComponent(account.login)}.svg`,
    gravatar_id: '',
    url,
    html_url: `${world.serverUrl}/${account.type === 'Bot' ? `apps/${account.login.replace('[bot]', '')}` : account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
};

/** The long, public form of an account. */
export const publicUser = (world: World, account: Account) => ({
  ...simpleUser(world, account),
  name: account.login,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: [...world.repos.values()].filter((repo) => repo.owner.id === account.id && !repo.private).length,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: time(account.createdAt),
  updated_at: time(account.createdAt),
});
