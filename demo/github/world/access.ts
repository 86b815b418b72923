import type { Account, Level, Repo, Role, Scope, Token } from './model.js';

const roles: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

const isAtLeast = (role: Role, wanted: Role): boolean => roles.indexOf(role) >= roles.indexOf(wanted);

/** An account's role; everybody may read a public repository. Its owner is admin. */
export const roleOf = (repo: Repo, account: Account): Role => {
  if (account.id === repo.owner.id) return 'admin';
  return repo.roles.get(account.login.toLowerCase()) ?? (repo.private ? 'none' : 'read');
};

const covers = (token: Token, repo: Repo): boolean =>
  token.repositories === undefined ||
  token.repositories.some((name) => name.toLowerCase() === repo.fullName.toLowerCase());

/** Whether the repository exists for this caller at all; else GitHub answers 404, not 403. */
export const maySee = (repo: Repo, token: Token | undefined): boolean => {
  if (!repo.private) return true;
  if (token === undefined || !covers(token, repo)) return false;
  return token.kind === 'pat' ? isAtLeast(roleOf(repo, token.actor), 'read') : true;
};

/** One right that is enough for an operation, and the role a person needs to use it. */
export interface Right {
  readonly scope: Scope;
  readonly level: Level;
  readonly role: Role;
}

const holds = (token: Token, right: Right): boolean => {
  const level = token.permissions[right.scope];
  return right.scope === 'metadata' || level === 'write' || level === right.level;
};

const mayAsPerson = (repo: Repo, token: Token, right: Right): boolean =>
  token.kind !== 'pat' || isAtLeast(roleOf(repo, token.actor), right.role);

/**
 * Whether any of the rights is held. Reading a public repository needs none, as on GitHub: there a missing `read`
 * shows only in private repositories.
 */
export const mayUse = (repo: Repo, token: Token | undefined, rights: readonly Right[]): boolean => {
  if (rights.length === 0) return true;
  if (!repo.private && rights.some((right) => right.level === 'read' && right.scope !== 'metadata')) return true;
  if (token === undefined || !covers(token, repo)) return false;
  return rights.some((right) => holds(token, right) && mayAsPerson(repo, token, right));
};
