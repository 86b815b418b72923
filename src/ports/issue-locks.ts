/** Who holds an issue. */
export interface LockHolder {
  readonly runId: string;
  /** The workflow run it is a step of, which can be asked after; absent on the command line. */
  readonly workflow?: { readonly id: number; readonly attempt: number };
  /** Epoch ms, in whole seconds: after that no run of it can be alive. */
  readonly until: number;
}

/** `version` names this very lock: it is taken over or released from there, or not at all. */
export interface HeldLock {
  readonly holder: LockHolder;
  readonly version: string;
}

/**
 * Locks on issues, kept where the user's repository is, so that two runs on two machines see the same one. A lock
 * moves by compare and swap: of several takers exactly one succeeds. Calls reject when the repository cannot be reached.
 */
export interface IssueLocks {
  /** Who holds the issue; a lock nobody can read the holder of is held until the beginning of time. */
  read(issue: number): Promise<HeldLock | undefined>;
  /** Takes the lock from `over` (null: free); resolves with its version, or undefined when it was elsewhere. */
  take(issue: number, holder: LockHolder, over: string | null): Promise<string | undefined>;
  /** Gives it up if it still is `version`. */
  release(issue: number, version: string): Promise<boolean>;
}
