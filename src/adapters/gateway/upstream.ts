import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Exchange } from './exchange.js';
import { upstreamHeaders } from './headers.js';

/** Kept-alive connections to the providers. */
export interface Connections {
  send(exchange: Exchange): Promise<Sent>;
  close(): void;
}

/**
 * `proxyEnv` holds `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of the machine, where it has them (Node 24.5's own
 * agent option). There is no time-out here: whoever asks has one, and going away ends the request upstream too.
 */
export const openConnections = (proxyEnv: Readonly<Record<string, string>> | undefined): Connections => {
  const options = { keepAlive: true, ...(proxyEnv === undefined ? {} : { proxyEnv }) };
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);
  const once = (exchange: Exchange): Promise<Sent> => sendOnce(exchange, { http, https });
  return {
    send: async (exchange) => {
      const sent = await once(exchange);
      // An idle connection the provider had closed meanwhile: nothing was read of the request, so it may go again.
      return sent.kind === 'error' && sent.stale ? once(exchange) : sent;
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};

/** The answer's head, its body still to come, or why there is none. */
export type Sent =
  | { readonly kind: 'answer'; readonly answer: IncomingMessage }
  | { readonly kind: 'error'; readonly error: Error; readonly stale: boolean };

const sendOnce = (exchange: Exchange, agents: { http: HttpAgent; https: HttpsAgent }): Promise<Sent> =>
  new Promise((resolve) => {
    const base = exchange.upstream.base.replace(/\/+$/, '');
    const url = new URL(base);
    const secure = url.protocol === 'https:';
    const sent = (secure ? httpsRequest : httpRequest)({
      agent: secure ? agents.https : agents.http,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: url.port }),
      path: (url.pathname === '/' ? '' : url.pathname) + exchange.rest,
      method: exchange.method,
      headers: upstreamHeaders(exchange),
      signal: exchange.signal,
    });
    sent.once('response', (answer) => resolve({ kind: 'answer', answer }));
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ kind: 'error', error, stale: sent.reusedSocket && error.code === 'ECONNRESET' }),
    );
    sent.end(exchange.body);
  });
