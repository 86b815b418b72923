import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';
import { gitTestEnv } from '../../__tests__/support/git-repo.js';

const filesInFolder = 50;

/** Path of the n-th file of a made repository: fifty a folder, twenty folders a folder. */
export const pathOf = (n: number): string => {
  const folder = Math.floor(n / filesInFolder);
  return `src/part-${Math.floor(folder / 20)}/group-${folder % 20}/file-${n}.ts`;
};

const textOf = (n: number): string =>
  Array.from({ length: 30 }, (_, line) => `export const value${line}Of${n} = ${n * 31 + line};`).join('\n');

function* stream(files: number): Generator<string> {
  const author = 'Ann <ann@example.com> 1700000000 +0000';
  yield `commit refs/heads/main\nauthor ${author}\ncommitter ${author}\ndata 5\nfirst\n`;
  for (let n = 0; n < files; n += 1) {
    const text = textOf(n);
    yield `M 100644 inline ${pathOf(n)}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  }
}

/** Makes a bare repository whose branch `main` holds so many files of about 1.3 kB, by `git fast-import`. */
export const makeRepository = async (folder: string, files: number): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const options = { cwd: folder, env: gitTestEnv, extendEnv: false } as const;
  await execa('git', ['init', '-q', '--bare', '-b', 'main', '.'], { ...options, stdin: 'ignore' });
  await execa('git', ['fast-import', '--quiet'], { ...options, stdin: stream(files) });
};
