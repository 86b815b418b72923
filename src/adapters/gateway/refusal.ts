import type { ServerResponse } from 'node:http';

/** Writes a refusal of ours, without ending the reply, in a body that clients of all three protocols can read. */
export const writeRefusal = (reply: ServerResponse, status: number, message: string): void => {
  const type = types[status] ?? 'invalid_request_error';
  const error = { message: `gateway: ${message}`, type, code: status, status: type.toUpperCase() };
  reply.writeHead(status, { 'content-type': 'application/json' });
  reply.write(JSON.stringify({ type: 'error', error }));
};

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  502: 'api_error',
};
