import type { HeldLock, IssueLocks, LockHolder } from '../../src/ports/issue-locks.js';

/** Locks in memory, kept honest by the contract suite they share with the git adapter. */
export class FakeLocks implements IssueLocks {
  readonly held = new Map<number, HeldLock>();
  /** Why the repository cannot be reached, until told otherwise. */
  breaks: Error | undefined;
  /** Called before each take, as when somebody else is quicker. */
  beforeTake: () => void = () => undefined;
  #made = 0;

  async read(issue: number): Promise<HeldLock | undefined> {
    this.#check();
    return this.held.get(issue);
  }

  async take(issue: number, holder: LockHolder, over: string | null): Promise<string | undefined> {
    this.#check();
    this.beforeTake();
    if ((this.held.get(issue)?.version ?? null) !== over) return undefined;
    this.#made += 1;
    const version = `lock-${this.#made}`;
    this.held.set(issue, { holder, version });
    return version;
  }

  async release(issue: number, version: string): Promise<boolean> {
    this.#check();
    if (this.held.get(issue)?.version !== version) return !this.held.has(issue);
    return this.held.delete(issue);
  }

  #check(): void {
    if (this.breaks !== undefined) throw this.breaks;
  }
}
