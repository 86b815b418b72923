import { type Proposal, detect } from '../../core/setup/detect.js';
import { manifestNames } from '../../core/setup/manifests.js';
import type { Repository } from '../../ports/repository.js';

/** Reads the manifests at a commit, by default base, and proposes set-up and validation; each may take `timeoutMs`. */
export const detectSetup = async (
  repository: Repository,
  timeoutMs: number,
  commit: string = repository.base.sha,
): Promise<Proposal> => {
  const files = await repository.listFiles(commit);
  const there = manifestNames.filter((name) => files.includes(name));
  const texts = await Promise.all(there.map(async (name) => [name, await repository.readFile(commit, name)] as const));
  const read = texts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  return detect({ files, texts: Object.fromEntries(read) }, timeoutMs);
};
