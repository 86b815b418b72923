import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeFiles } from './git-repo.js';

/** A registry as npm asks one, on loopback, that has the given packages in one version each. */
export interface NpmRegistry {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const version = '1.0.0';

const pack = async (name: string, code: string): Promise<Buffer> => {
  const folder = await mkdtemp(join(tmpdir(), 'package-'));
  const manifest = JSON.stringify({ name, version, main: 'index.cjs' });
  await writeFiles(join(folder, 'package'), { 'package.json': manifest, 'index.cjs': code });
  await execa('tar', ['czf', 'package.tgz', 'package'], { cwd: folder });
  const tarball = await readFile(join(folder, 'package.tgz'));
  await rm(folder, { recursive: true, force: true });
  return tarball;
};

/** Serves each package, whose only module has the given code. */
export const startNpmRegistry = async (packages: Readonly<Record<string, string>>): Promise<NpmRegistry> => {
  const tarballs = new Map<string, Buffer>();
  for (const [name, code] of Object.entries(packages)) tarballs.set(name, await pack(name, code));
  const asked: string[] = [];
  let url = '';
  const describe = (name: string, tarball: Buffer): string => {
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { integrity, tarball: `${url}${name}/-/${name}-${version}.tgz` };
    const manifest = { name, version, main: 'index.cjs', dist };
    return JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: manifest } });
  };
  const server = createServer((incoming, reply) => {
    asked.push(incoming.url ?? '');
    const [, name = '', dash] = /^\/([^/]+)(\/-\/.*\.tgz)?$/.exec(incoming.url ?? '') ?? [];
    const tarball = tarballs.get(name);
    if (tarball === undefined) return void reply.writeHead(404).end('{}');
    reply.end(dash === undefined ? describe(name, tarball) : tarball);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => void server.close(() => done()));
    },
  };
};
