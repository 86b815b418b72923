import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world/world.js';
import type { Token } from './world/model.js';

/** Said in every answer: nobody may take this server for the real one. */
export const standInHeader = {
  'x-embedded-github': 'an embedded stand-in for demos and tests; this is not github.com',
} as const;

/** One request on its way through the server. `operationId` and `actor` are filled in as they become known. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  operationId: string | null;
  actor: string | null;
}

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export const send = ({ request, response }: Exchange, { status, type, body, headers }: Reply): void => {
  if (response.headersSent || response.destroyed) return;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  response.writeHead(status, {
    ...standInHeader,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
};

export const sendJson = (
  exchange: Exchange,
  reply: Omit<Reply, 'body' | 'type'> & { readonly body?: unknown },
): void => {
  const { body, ...rest } = reply;
  const type = 'application/json; charset=utf-8';
  send(exchange, body === undefined ? rest : { ...rest, type, body: JSON.stringify(body) });
};

/** Reads a whole request body, at most `limit` bytes; undefined when it is longer. */
export const readBody = async (request: IncomingMessage, limit = 10_000_000): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
};

export type Identity =
  { readonly kind: 'anonymous' } | { readonly kind: 'known'; readonly token: Token } | { readonly kind: 'bad' };

const tokenText = (header: string): string => {
  const [scheme = '', value = ''] = header.split(/ +/, 2);
  if (scheme.toLowerCase() !== 'basic') return value;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const password = text.slice(colon + 1);
  return password === '' || password === 'x-oauth-basic' ? text.slice(0, colon) : password;
};

/** Who asks: `Authorization: Bearer|token <token>`, or Basic with the token as password. */
export const identify = (world: World, request: IncomingMessage): Identity => {
  const header = request.headers.authorization;
  if (header === undefined) return { kind: 'anonymous' };
  const token = world.tokens.get(tokenText(header));
  return token === undefined || token.expired ? { kind: 'bad' } : { kind: 'known', token };
};
