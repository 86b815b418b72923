import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { createApp } from './app.js';

/** An HTTP server in front of an app. Bodies are JSON both ways. */
export const createHttpServer = (app = createApp()) =>
  createServer(async (request, response) => {
    const { status, body } = await answer(app, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });

const answer = async (app, request) => {
  try {
    const url = new URL(request.url, 'http://localhost');
    const query = Object.fromEntries(url.searchParams);
    return await app.handle({ method: request.method, path: url.pathname, query, body: await readJson(request) });
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 400, body: { error: { code: 'invalid', message: 'Not JSON' } } };
    return { status: 500, body: { error: { code: 'internal', message: 'Something went wrong' } } };
  }
};

const readJson = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  createHttpServer().listen(Number(process.env.PORT ?? 8080));
}
