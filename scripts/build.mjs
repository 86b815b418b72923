// Builds `dist/`: TypeScript is compiled once, then ncc makes one bundle `main.js` with everything and three small
// entries that import it, so that the code is committed once and not three times. Two builds of the same tree give the
// same bytes. Usage: node scripts/build.mjs [folder], by default dist/.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = join(root, '.cache', `build-${process.pid}`);
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const execute = promisify(execFile);

/** Runs a tool of node_modules; what it says is shown only when it fails. */
const tool = async (script, args, cwd = root) => {
  try {
    await execute(process.execPath, [join(root, 'node_modules', script), ...args], { cwd, maxBuffer: 2 ** 26 });
  } catch (error) {
    console.error(error.stderr || error.stdout || error.message);
    await rm(work, { recursive: true, force: true });
    process.exit(1);
  }
};

const bundle = async (entry, ...options) => {
  const folder = join(work, 'bundles', entry);
  const source = join(work, 'src', `${entry}.js`);
  // From within, so that the paths ncc notes in the bundle do not hold the name of this folder.
  await tool('@vercel/ncc/dist/ncc/cli.js', ['build', source, '--out', folder, '--no-cache', ...options], work);
  return folder;
};

await mkdir(work, { recursive: true });
await writeFile(join(work, 'package.json'), '{ "type": "module" }\n');
// Types are checked by `npm run typecheck`, for all files at once.
await tool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', join(work, 'src')]);

const main = await bundle('main', '--license', 'licenses.txt');
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const file of await readdir(main)) {
  if (file !== 'package.json') await copyFile(join(main, file), join(dist, file === 'index.js' ? 'main.js' : file));
}
for (const entry of ['index', 'post', 'cli']) {
  await copyFile(join(await bundle(entry, '--external', './main.js'), 'index.js'), join(dist, `${entry}.js`));
}
await rm(work, { recursive: true, force: true });
