import { z } from 'zod';
import { GitHubError, type Client, type RequestLimits } from './client.js';

const Answer = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

export interface GraphqlQuestion<T> {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
}

/** Asks GraphQL. Its errors come with status 200; any of them, and data of another shape, rejects. */
export const askGraphql = async <T>(
  client: Client,
  request: RequestLimits,
  question: GraphqlQuestion<T>,
): Promise<T> => {
  const { query, variables, schema } = question;
  const response = await client.octokit.request({ method: 'POST', url: client.graphqlUrl, query, variables, request });
  const { data, errors = [] } = Answer.parse(response.data);
  if (errors.length > 0) throw new GitHubError(errors.map((error) => error.message).join('; '), 200);
  return schema.parse(data);
};
