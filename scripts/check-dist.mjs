// Fails when `dist/` is not byte for byte what `npm run build` makes of `src/`.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const contents = async (folder) =>
  new Map(
    await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );

const fresh = await mkdtemp(join(tmpdir(), 'dist-'));
const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), fresh], { stdio: 'inherit' });
const [committed, rebuilt] = await Promise.all([contents(join(root, 'dist')), contents(fresh)]);
await rm(fresh, { recursive: true, force: true });
const names = [...new Set([...committed.keys(), ...rebuilt.keys()])];
const different = names.filter((name) => committed.get(name) !== rebuilt.get(name));
if (built.status !== 0 || different.length > 0) {
  console.error(`dist/ is out of date (${different.join(', ')}). Run \`npm run build\` and commit dist/.`);
  process.exitCode = 1;
}
