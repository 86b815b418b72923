import { randomUUID } from 'node:crypto';
import type { Fault } from '../faults.js';
import { identify, readBody, sendJson, type Exchange } from '../http.js';
import { maySee, mayUse } from '../world/access.js';
import type { Repo, Token } from '../world/model.js';
import type { World } from '../world/world.js';
import { notFound, Refusal, type Answer } from './answer.js';
import type { Call, Operation } from './call.js';
import type { Description, Route } from './description.js';
import { operations } from './operations.js';
import { rateHeaders, rateLimitBody } from './rate-limit.js';

/** One of our own answers that GitHub's description does not allow: a bug of the embedded GitHub. */
export interface Violation {
  readonly operationId: string;
  readonly status: number;
  readonly fault: string;
}

export interface RestServer {
  readonly world: World;
  readonly description: Description;
  readonly violations: Violation[];
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

interface Found {
  readonly route: Route;
  readonly params: Record<string, unknown>;
}

/** The route of a request, with its decoded path parameters. */
export const findRoute = (description: Description, method: string, path: string): Found | undefined => {
  for (const route of description.routes) {
    const groups = route.method === method ? route.pattern.exec(path)?.groups : undefined;
    const isMatch = route.method === method && route.pattern.test(path);
    if (!isMatch) continue;
    const pairs = Object.entries(groups ?? {}).map(([name, value]) => [name, decode(value)]);
    return { route, params: Object.fromEntries(pairs) };
  }
  return undefined;
};

const tokenOf = (world: World, exchange: Exchange): Token | undefined => {
  const identity = identify(world, exchange.request);
  if (identity.kind === 'bad') throw new Refusal(401, 'Bad credentials');
  if (identity.kind === 'anonymous') return undefined;
  exchange.actor = identity.token.actor.login;
  return identity.token;
};

const refusalFor = (token: Token | undefined): Refusal => {
  if (token === undefined) return new Refusal(401, 'Requires authentication');
  const isPersonal = token.kind === 'pat';
  return new Refusal(403, `Resource not accessible by ${isPersonal ? 'personal access token' : 'integration'}`);
};

/** Issues and pull requests share addresses, not permissions: on an issue those of pull requests open nothing. */
const rightsFor = (repo: Repo, { rights }: Operation, params: Record<string, unknown>): Operation['rights'] => {
  const issue = repo.issues.find((each) => each.number === Number(params['issue_number']));
  return issue === undefined || issue.pull !== null ? rights : rights.filter(({ scope }) => scope !== 'pull-requests');
};

const authorise = (
  world: World,
  token: Token | undefined,
  operation: Operation,
  params: Record<string, unknown>,
): void => {
  if (params['owner'] === undefined) return;
  const repo = world.repo(`${String(params['owner'])}/${String(params['repo'])}`);
  if (repo === undefined || !maySee(repo, token)) throw notFound();
  if (!mayUse(repo, token, rightsFor(repo, operation, params))) throw refusalFor(token);
};

const parseBody = async (exchange: Exchange): Promise<unknown> => {
  const text = await readBody(exchange.request);
  if (text === undefined) throw new Refusal(413, 'Payload too large');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
};

const validate = (
  description: Description,
  found: Found,
  call: Pick<Call, 'body'> & { query: Record<string, unknown> },
): void => {
  // A path parameter of the wrong kind names nothing.
  if (description.checkParameters(found.route, 'path', found.params) !== '') throw notFound();
  const fault =
    description.checkParameters(found.route, 'query', call.query) || description.checkBody(found.route, call.body);
  if (fault !== '') throw new Refusal(422, `Invalid request.\n\n${fault}`);
};

const perform = async (server: RestServer, exchange: Exchange, found: Found): Promise<Answer> => {
  const { world, description } = server;
  const { route, params } = found;
  const token = tokenOf(world, exchange);
  if (route.operationId === 'rate-limit/get') return { status: 200, body: rateLimitBody(world, token) };
  const operation = operations.get(route.operationId);
  if (operation === undefined) throw new Error(`${route.operationId} is described but not served`);
  const body = await parseBody(exchange);
  authorise(world, token, operation, params);
  const query: Record<string, unknown> = Object.fromEntries(exchange.url.searchParams);
  validate(description, found, { query, body: body as never });
  // Validated against the description of this very operation; `operation()` gives it its type.
  const call = { world, token, params, query, body, url: exchange.url } as unknown as Call;
  return await operation.run(call);
};

/** An answer of ours that GitHub would never give becomes a loud 500 and is kept for the tests. */
const proven = (server: RestServer, route: Route, answer: Answer): Answer => {
  const asSent: unknown = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
  const fault = server.description.checkAnswer(route, answer.status, asSent);
  if (fault === '') return answer;
  server.violations.push({ operationId: route.operationId, status: answer.status, fault });
  const message = `The embedded GitHub answered ${route.operationId} against GitHub's own description: ${fault}`;
  return { status: 500, body: { message } };
};

const answerOrRefusal = async (server: RestServer, exchange: Exchange, found: Found): Promise<Answer> => {
  try {
    return proven(server, found.route, await perform(server, exchange, found));
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    server.violations.push({ operationId: found.route.operationId, status: 500, fault });
    return { status: 500, body: { message: `The embedded GitHub failed: ${fault}` } };
  }
};

const accepted = (operationId: string): Readonly<Record<string, string>> => {
  const rights = operations.get(operationId)?.rights ?? [];
  const names = rights.map(({ scope, level }) => `${scope.replace('-', '_')}=${level}`);
  return names.length === 0 ? {} : { 'x-accepted-github-permissions': [...new Set(names)].join('; ') };
};

/** Answers one request below the API root; `path` begins with `/`, without the root. */
export const serveRest = async (
  server: RestServer,
  exchange: Exchange,
  { path, takeFault }: { path: string; takeFault: (names: readonly string[]) => Promise<Fault | undefined> },
): Promise<void> => {
  const identity = identify(server.world, exchange.request);
  const token = identity.kind === 'known' ? identity.token : undefined;
  const headers = {
    ...rateHeaders(server.world, token),
    'x-github-request-id': randomUUID().toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
  };
  const found = findRoute(server.description, exchange.request.method ?? 'GET', path);
  if (found === undefined) return sendJson(exchange, { ...notFound().answer, headers });
  exchange.operationId = found.route.operationId;
  const fault = await takeFault([found.route.operationId, `${found.route.method} ${found.route.template}`]);
  const broken = fault?.status === undefined ? undefined : { ...fault, status: fault.status };
  if (broken === undefined || broken.afterEffect === true) {
    const answer = await answerOrRefusal(server, exchange, found);
    if (broken === undefined) {
      const all = { ...headers, ...accepted(found.route.operationId), ...answer.headers };
      return sendJson(exchange, { ...answer, headers: all });
    }
  }
  const body = broken.body ?? { message: `Injected fault: ${broken.status}`, documentation_url: '' };
  sendJson(exchange, { status: broken.status, body, headers: { ...headers, ...broken.headers } });
};
