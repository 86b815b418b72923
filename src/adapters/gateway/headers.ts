import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { findProvider } from '../../core/providers.js';
import type { Exchange } from './exchange.js';

/** Where clients put a key; all of these are taken out of a request before it leaves. */
const keyHeaders = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'];

/** RFC 9110 7.6.1, and what concerns only the two connections of a proxy. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** By these a client could reach another endpoint than the one that was judged, or let another account pay. */
const steering = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  'x-goog-user-project',
  'openai-organization',
  'openai-project',
];
const notForwarded = new Set([...hopByHop, ...keyHeaders, ...steering, 'host', 'content-length', 'expect', 'cookie']);

/** The throwaway token of a request: from a key header or Gemini's `?key=`. `rest` is the address without it. */
export const takeToken = (headers: IncomingHttpHeaders, url: string): { token: string; rest: string } => {
  const [path = '', query] = splitOnce(url, '?');
  const pairs = query === undefined ? [] : query.split('&');
  const inQuery = pairs.find((pair) => pair.startsWith('key='))?.slice('key='.length);
  const kept = pairs.filter((pair) => !pair.startsWith('key='));
  const inHeader = keyHeaders.map((name) => headers[name]).find((value) => typeof value === 'string' && value !== '');
  const token = String(inHeader ?? inQuery ?? '').replace(/^Bearer\s+/i, '');
  return { token, rest: kept.length === 0 ? path : `${path}?${kept.join('&')}` };
};

/** The client's headers with the real key in the place of the token. `identity` keeps usage readable in passing. */
export const upstreamHeaders = ({ headers, upstream, body, method }: Exchange): OutgoingHttpHeaders => ({
  ...keep(headers, notForwarded),
  'accept-encoding': 'identity',
  ...(body.length === 0 && method === 'GET' ? {} : { 'content-length': body.length }),
  ...(upstream.key === undefined ? {} : keyHeader(upstream.name, upstream.key)),
});

/**
 * The answer's headers without the hop-by-hop ones. The length is left out too: the reply is chunked, so that it
 * ends for the client only after its usage has been booked.
 */
export const replyHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  keep(headers, new Set([...hopByHop, 'content-length']));

const keyHeader = (provider: string, key: string): OutgoingHttpHeaders => {
  const header = findProvider(provider)?.keyHeader ?? 'authorization';
  return { [header]: header === 'authorization' ? `Bearer ${key}` : key };
};

/** Headers named in `Connection` are hop-by-hop too. */
const keep = (headers: IncomingHttpHeaders, dropped: ReadonlySet<string>): OutgoingHttpHeaders => {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => value !== undefined && !dropped.has(name) && !(named.has(name) && name !== ''),
    ),
  ) as OutgoingHttpHeaders;
};

const splitOnce = (text: string, separator: string): readonly [string, string?] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};
