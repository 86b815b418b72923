import type { ServerResponse } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** Writes a refusal of ours, without ending the reply, in a body that clients of all three protocols can read. */
export const writeRefusal = (reply: ServerResponse, { status, message, retryAfterMs }: Refusal): void => {
  const type = types[status] ?? 'invalid_request_error';
  const error = { message: `gateway: ${message}`, type, code: status, status: type.toUpperCase() };
  const wait = retryAfterMs === undefined ? {} : { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` };
  reply.writeHead(status, { 'content-type': 'application/json', ...wait });
  reply.write(JSON.stringify({ type: 'error', error }));
};

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  502: 'api_error',
};
