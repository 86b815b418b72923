import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileAttributes } from '../../core/conflicts/rules.js';
import { fields, git } from './git.js';

/**
 * Attributes of paths by the `.gitattributes` of a commit. Read through an index of its own, since `check-attr
 * --source` came only with git 2.40.
 */
export const readAttributes = async (
  store: string,
  commit: string,
  paths: readonly string[],
): Promise<readonly FileAttributes[]> => {
  const index = join(store, `index-${randomUUID()}`);
  const options = { folder: store, env: { GIT_INDEX_FILE: index } };
  try {
    await git(['read-tree', commit], options);
    const names = ['merge', 'linguist-generated'];
    const output = await git(['check-attr', '-z', '--cached', ...names, '--', ...paths], options);
    const said = fields(output);
    const values = new Map(
      Array.from({ length: Math.floor(said.length / 3) }, (_, n) => {
        const [path = '', name = '', value = ''] = said.slice(n * 3, n * 3 + 3);
        return [`${name} ${path}`, value] as const;
      }),
    );
    return paths.map((path) => ({
      union: values.get(`merge ${path}`) === 'union',
      generated: ['set', 'true'].includes(values.get(`linguist-generated ${path}`) ?? ''),
    }));
  } finally {
    await rm(index, { force: true });
  }
};
