import type { CommitDraft } from '../../../ports/repository.js';

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Characters git cuts from both ends of a name, blanks and control characters among them. */
const crud = new Set('.,:;<>"\\\'');
const isCrud = (character: string): boolean => character <= ' ' || crud.has(character);

/** As git writes a name: without crud at its ends, and without what would end it early. */
const tidy = (text: string): string => {
  const characters = [...text];
  const first = characters.findIndex((each) => !isCrud(each));
  const last = characters.findLastIndex((each) => !isCrud(each));
  return first < 0
    ? ''
    : characters
        .slice(first, last + 1)
        .join('')
        .replace(/[\n<>]/g, '');
};

/** The content of a commit object, `at` epoch ms, UTC: what `git commit-tree` makes of the same. */
export const formatCommit = (
  { tree, parents, message }: CommitDraft,
  { identity, at }: { readonly identity: Identity; readonly at: number },
): Buffer => {
  const name = tidy(identity.name);
  if (name === '') throw new Error('a commit needs the name of its author');
  if (message.includes('\0')) throw new Error('a commit message cannot hold a NUL');
  const who = `${name} <${tidy(identity.email)}> ${Math.floor(at / 1000)} +0000`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return Buffer.from(`${head.join('\n')}\n\n${message}`);
};
