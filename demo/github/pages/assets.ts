import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Reply } from '../http.js';
import { escape } from './html.js';

/** Files pages need, all from this machine: the browser never leaves it. */

const require = createRequire(import.meta.url);

const file = async (path: string, type: string): Promise<Reply> => ({
  status: 200,
  type,
  body: await readFile(path),
  headers: { 'cache-control': 'max-age=3600' },
});

const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** The prebuilt small Mermaid (flowcharts, Gantt, sequence...; no mindmaps, architecture, KaTeX). */
const mermaid = (): string => require.resolve('@mermaid-js/tiny/dist/mermaid.tiny.js');

const own = (name: string): string => new URL(name, import.meta.url).pathname;

const avatar = (login: string): Reply => {
  const hue = (createHash('sha256').update(login).digest()[0] ?? 0) * 1.41;
  const letter = escape((login[0] ?? '?').toUpperCase());
  const text = `<text x="16" y="22" font-family="system-ui,sans-serif" font-size="17" font-weight="600" text-anchor="middle" fill="#fff">${letter}</text>`;
  const shape = login.endsWith('[bot]') ? '<rect width="32" height="32" rx="8"' : '<circle cx="16" cy="16" r="16"';
  const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape} fill="hsl(${Math.round(hue)} 42% 42%)"/>${text}</svg>`;
  return { status: 200, type: 'image/svg+xml', body };
};

/** An asset by its name below `/assets/`; undefined when there is none. */
export const readAsset = async (name: string): Promise<Reply | undefined> => {
  const login = /^avatar\/(.+)\.svg$/.exec(name)?.[1];
  if (login !== undefined) return avatar(login);
  switch (name) {
    case 'style.css':
      return await file(own('style.css'), css);
    case 'page.js':
      return await file(own('page.js'), script);
    case 'diff2html.css':
      return await file(require.resolve('diff2html/bundles/css/diff2html.min.css'), css);
    case 'mermaid.js':
      return await file(mermaid(), script);
    default:
      return undefined;
  }
};
