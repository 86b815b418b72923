import { z } from 'zod';
import { GitHubError, type Client } from './client.js';
import { askGraphql } from './graphql.js';

export interface Identity {
  readonly login: string;
  readonly name: string;
  readonly email: string;
}

/** Who GITHUB_TOKEN acts as on github.com; the number is part of the address GitHub links commits by. */
const actionsBot: Identity = {
  login: 'github-actions[bot]',
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};

const Viewer = z.object({ viewer: z.object({ login: z.string().min(1) }) });

const identityOf = (login: string, id: number | undefined, serverUrl: string): Identity => {
  const user = id === undefined ? login : `${id}+${login}`;
  return { login, name: login, email: `${user}@users.noreply.${new URL(serverUrl).hostname}` };
};

const readUser = async (
  { octokit, call }: Client,
  login?: string,
): Promise<{ login: string; id: number } | undefined> => {
  try {
    const { data } = await call('read the account', (request) =>
      login === undefined
        ? octokit.rest.users.getAuthenticated({ request })
        : octokit.rest.users.getByUsername({ username: login, request }),
    );
    return { login: data.login, id: data.id };
  } catch (error) {
    if (error instanceof GitHubError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
};

const readViewer = async (client: Client): Promise<string | undefined> => {
  try {
    const question = { query: 'query { viewer { login } }', variables: {}, schema: Viewer };
    const answer = await client.call('read the viewer', (request) => askGraphql(client, request, question));
    return answer.viewer.login.replace(/(\[bot\])?$/, '[bot]');
  } catch {
    return undefined;
  }
};

/**
 * The account a token acts as. Tokens of Actions and of Apps may not ask `GET /user` (403); they are asked for by
 * GraphQL's `viewer`, and taken for GITHUB_TOKEN's own bot where that has no answer either.
 */
export const readIdentity = async (client: Client, serverUrl: string): Promise<Identity> => {
  const user = await readUser(client);
  if (user !== undefined) return identityOf(user.login, user.id, serverUrl);
  const login = (await readViewer(client)) ?? actionsBot.login;
  if (login === actionsBot.login) return actionsBot;
  return identityOf(login, (await readUser(client, login))?.id, serverUrl);
};
