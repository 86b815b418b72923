import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Account, AccountType, Issue, Label, Permissions, Repo, Token, TokenKind } from './model.js';

/** github.com's own number of the Actions bot, which commit e-mail addresses carry. */
const knownIds: Readonly<Record<string, number>> = { 'github-actions[bot]': 41_898_282 };

export interface TokenDraft {
  /** Login of the account the token acts as. */
  readonly actor: string;
  readonly kind: TokenKind;
  readonly permissions: Permissions;
  /** `owner/name` of the repositories it is good for; left out: all of them. */
  readonly repositories?: readonly string[];
}

/** Everything the embedded GitHub knows. Emits `changed` after every deed, so that waiting needs no polling. */
export class World extends EventEmitter<{ changed: [] }> {
  readonly accounts = new Map<string, Account>();
  readonly repos = new Map<string, Repo>();
  readonly tokens = new Map<string, Token>();
  private lastId = 1_000_000;

  constructor(
    readonly serverUrl: string,
    readonly clock: () => number,
  ) {
    super();
    this.setMaxListeners(0);
  }

  get apiUrl(): string {
    return `${this.serverUrl}/api/v3`;
  }

  /** GitHub's times have whole seconds. */
  now(): number {
    return Math.floor(this.clock() / 1000) * 1000;
  }

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  changed(): void {
    this.emit('changed');
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase());
  }

  /** The account of that login, made when there is none yet. A login ending in `[bot]` is a bot. */
  ensureAccount(login: string, type: AccountType = login.endsWith('[bot]') ? 'Bot' : 'User'): Account {
    const existing = this.account(login);
    if (existing !== undefined) return existing;
    const account: Account = { id: knownIds[login] ?? this.nextId(), login, type, createdAt: this.now() };
    this.accounts.set(login.toLowerCase(), account);
    return account;
  }

  repo(fullName: string): Repo | undefined {
    return this.repos.get(fullName.toLowerCase());
  }

  /** Throws for a repository the test or demo never made: a bug of the caller's. */
  mustRepo(fullName: string): Repo {
    const repo = this.repo(fullName);
    if (repo === undefined) throw new Error(`The embedded GitHub has no repository ${fullName}`);
    return repo;
  }

  mustIssue(fullName: string, number: number): { readonly repo: Repo; readonly issue: Issue } {
    const repo = this.mustRepo(fullName);
    const issue = repo.issues.find((each) => each.number === number);
    if (issue === undefined) throw new Error(`${fullName} has no issue or pull request #${number}`);
    return { repo, issue };
  }

  createToken(draft: TokenDraft): Token {
    const token: Token = {
      value: makeTokenValue(draft.kind),
      kind: draft.kind,
      actor: this.ensureAccount(draft.actor),
      permissions: draft.permissions,
      repositories: draft.repositories,
      expired: false,
    };
    this.tokens.set(token.value, token);
    return token;
  }

  /** The repository's label of that name (case does not matter); made, as adding an unknown label to an issue does. */
  ensureLabel(repo: Repo, name: string): Label {
    const existing = findLabel(repo, name);
    if (existing !== undefined) return existing;
    const label: Label = { id: this.nextId(), name, color: 'ededed', description: null };
    repo.labels.push(label);
    return label;
  }
}

export const findLabel = (repo: Repo, name: string): Label | undefined =>
  repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());

const part = (bytes: number): string => randomBytes(bytes).toString('base64url');

const jwtHead = Buffer.from('{"typ":"JWT","alg":"RS256"}').toString('base64url');

/** Installation tokens are `ghs_<app id>_<jwt>` of about 520 characters; classic personal ones 40 in all. */
const makeTokenValue = (kind: TokenKind): string => {
  if (kind === 'pat') return `ghp_${randomBytes(18).toString('hex')}`;
  return `ghs_15368_${jwtHead}.${part(96)}.${part(256)}`;
};
