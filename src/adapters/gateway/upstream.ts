import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Exchange } from './exchange.js';
import { upstreamHeaders } from './headers.js';

/** An answer whose body is still to come. Who does not read it to its end closes its connection. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
}

/** Where answers come from: kept-alive connections to the providers, or something around or instead of them. */
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
  return {
    send: (exchange) => sendOnce(exchange, { http, https }),
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
};

/** The answer's head, its body still to come, or why there is none. */
export type Sent =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** `sent`: a connection was there, so the request may have arrived. `stale`: it was a kept one, closed meanwhile. */
  | { readonly kind: 'error'; readonly error: Error; readonly stale: boolean; readonly sent: boolean };

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
    sent.once('response', (answer) => resolve({ kind: 'answer', answer: answerOf(answer) }));
    // Node tells a change of protocol only to who listens for it; without an end to it the request would never end.
    sent.once('upgrade', (_answer, socket) => {
      socket.destroy();
      resolve({ kind: 'error', error: new Error('it answered in another protocol'), stale: false, sent: true });
    });
    // Not `once`: after an abort the closing socket may report a second error, and nobody else listens.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && error.code === 'ECONNRESET';
      resolve({ kind: 'error', error, stale, sent: sent.socket !== null && !sent.socket.connecting });
    });
    sent.end(exchange.body);
  });

const answerOf = (answer: IncomingMessage): Answer => ({
  status: answer.statusCode ?? 502,
  headers: answer.headers,
  body: answer as AsyncIterable<Buffer>,
});
