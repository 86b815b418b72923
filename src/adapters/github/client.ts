import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import Bottleneck from 'bottleneck';

/** Times in ms. A request is tried `tries` times at most, and given up after `totalMs` whatever is left. */
export interface Limits {
  readonly tries: number;
  readonly tryMs: number;
  readonly totalMs: number;
  /** What counts as a second of waiting: 1,000, less in tests. The second try comes after one, the third after four. */
  readonly secondMs: number;
}

/** Design section 8: no question to GitHub holds a run for long. */
export const defaultLimits: Limits = { tries: 3, tryMs: 15_000, totalMs: 45_000, secondMs: 1000 };

export interface ClientOptions {
  readonly token: string;
  /** GITHUB_API_URL and GITHUB_GRAPHQL_URL; hosts are never assumed. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly limits?: Limits;
}

/** Carried by every request: aborts at the deadline, and says when that is (epoch ms). */
export interface RequestLimits {
  readonly signal: AbortSignal;
  readonly deadlineAt: number;
}

/** A call that failed. The message names the operation and the answer; `status` is 0 where there was none. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';

  constructor(
    message: string,
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The body is read here, so that a body that never ends is cut off like an answer that never begins. */
const limitedFetch =
  (tryMs: number) =>
  async (url: string, init: RequestInit = {}): Promise<Response> => {
    const limit = AbortSignal.timeout(tryMs);
    const signal = init.signal ? AbortSignal.any([limit, init.signal]) : limit;
    const response = await fetch(url, { ...init, signal });
    const body = await response.arrayBuffer();
    const hasBody = ![204, 205, 304].includes(response.status);
    return new Response(hasBody ? body : null, response);
  };

interface LimitError extends Error {
  readonly status?: number;
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

/**
 * plugin-throttling waits for a limit only when it knows its words. A 403 or 429 with `retry-after` says the same
 * whatever its words (a proxy, an Enterprise server), so it is put into the words the plugin looks for.
 */
const markRateLimits = ({ hook }: Pick<Octokit, 'hook'>): void => {
  hook.error('request', (error) => {
    const { status, response, message } = error as LimitError;
    const isLimit = (status === 403 || status === 429) && response?.headers?.['retry-after'] !== undefined;
    if (isLimit && !/\bsecondary rate\b/i.test(message)) error.message = `${message} (secondary rate limit)`;
    throw error;
  });
};

const Client = Octokit.plugin(markRateLimits, throttling, retry);

/**
 * GitHub allows 80 requests a minute that make content. The plugin's own pace, one in 1-3 s, would hold up the end of
 * a run for seconds; ours lets a run's few go at once and holds back only a flood.
 */
const bursts = () =>
  new Bottleneck.Group({ reservoir: 60, reservoirRefreshAmount: 60, reservoirRefreshInterval: 60_000 });

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const throttleOptions = ({ tries, secondMs }: Limits) => {
  const mayWait = (retryAfterS: number, options: object, _: unknown, retryCount: number): boolean => {
    const { request } = options as { request?: Partial<RequestLimits> };
    return retryCount < tries - 1 && Date.now() + retryAfterS * secondMs < (request?.deadlineAt ?? 0);
  };
  return {
    onRateLimit: mayWait,
    onSecondaryRateLimit: mayWait,
    write: bursts(),
    notifications: bursts(),
    retryAfterBaseValue: secondMs,
  };
};

/** Octokit with GitHub's manners: limits honoured, failures retried, all within our own limits. */
export const createClient = (options: ClientOptions) => {
  const limits = options.limits ?? defaultLimits;
  const octokit = new Client({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: 'aider-orchestrator',
    log: silent,
    request: { fetch: limitedFetch(limits.tryMs) },
    throttle: throttleOptions(limits),
    retry: {
      retries: limits.tries - 1,
      retryAfterBaseValue: limits.secondMs,
      doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
    },
  });
  return { octokit, graphqlUrl: options.graphqlUrl, call: caller(limits) };
};

export type Client = ReturnType<typeof createClient>;

const statusOf = (error: unknown): number => {
  const { status, response } = error as { status?: unknown; response?: unknown };
  return typeof status === 'number' && (response !== undefined || error instanceof GitHubError) ? status : 0;
};

const asGitHubError = (operation: string, error: unknown): GitHubError => {
  const message = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  return new GitHubError(`${operation}: ${status === 0 ? '' : `${status} `}${message}`, status, { cause: error });
};

/** Runs one operation, all its pages and tries, to an answer or to the deadline; every error becomes a GitHubError. */
const caller =
  ({ totalMs }: Limits) =>
  async <T>(operation: string, send: (request: RequestLimits) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      controller.abort();
      reject(new Error(`no answer within ${totalMs / 1000} s`));
    }, totalMs);
    const sent = send({ signal: controller.signal, deadlineAt: Date.now() + totalMs });
    // After the deadline nobody listens to it any more.
    sent.catch(() => {});
    try {
      return await Promise.race([sent, tooLate]);
    } catch (error) {
      throw asGitHubError(operation, error);
    } finally {
      clearTimeout(timer);
    }
  };
