// Builds `dist/` with ncc: one bundle `main.js` with everything, and three small entries that import it, so that the
// code is committed once and not three times. Two builds of the same tree give the same bytes.
// Usage: node scripts/build.mjs [folder], by default dist/.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, '.cache', 'build', String(process.pid));
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const run = promisify(execFile);

const bundle = async (entry, ...options) => {
  const folder = join(out, entry);
  await run(process.execPath, [
    join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'),
    'build',
    join(root, 'src', `${entry}.ts`),
    '--out',
    folder,
    '--no-cache',
    ...options,
  ], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return folder;
};

await rm(out, { recursive: true, force: true });
const [main, ...entries] = await Promise.all([
  bundle('main', '--license', 'licenses.txt'),
  ...['index', 'post', 'cli'].map((entry) => bundle(entry, '--external', './main.js')),
]);
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const file of await readdir(main)) {
  if (file === 'package.json') continue;
  await copyFile(join(main, file), join(dist, file === 'index.js' ? 'main.js' : file));
}
for (const folder of entries) await copyFile(join(folder, 'index.js'), join(dist, `${folder.split('/').at(-1)}.js`));
await rm(out, { recursive: true, force: true });
