/** Breakage on demand: what the platform, the network or a proxy does to a client on a bad day. */

export interface Fault {
  /** Answer this status instead; left out, the request goes through (after `delayMs`). */
  readonly status?: number;
  /** Default: an object with `message`. A string is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests it hits; left out: all until `clearFaults`. */
  readonly times?: number;
  readonly delayMs?: number;
  /** Hold the request: until the client goes away, `close()`, or `clearFaults()`, which lets it go through. */
  readonly hang?: boolean;
  /** The deed is done and only its answer lost. */
  readonly afterEffect?: boolean;
}

/** What faults may be put on besides REST operations. */
export const otherTargets = ['graphql', 'git-upload-pack', 'git-receive-pack'] as const;

export class Faults {
  private readonly waiting: { readonly target: string; readonly fault: Fault; left: number }[] = [];

  /** Requests being held now, by the name they were caught by. */
  readonly held: string[] = [];
  private readonly releases = new Set<() => void>();

  constructor(private readonly targets: ReadonlySet<string>) {}

  /** Throws for a target nobody serves, so that a misspelt fault cannot make a test pass. */
  add(target: string, fault: Fault): void {
    if (!this.targets.has(target)) throw new Error(`The embedded GitHub serves no operation ${target}`);
    this.waiting.push({ target, fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.waiting.length = 0;
    for (const release of this.releases) release();
  }

  /** Resolves with true when `clear` releases the request, with false when its client is gone. */
  async hold(name: string, gone: Promise<void>): Promise<boolean> {
    let release = (): void => undefined;
    const released = new Promise<boolean>((resolve) => (release = () => resolve(true)));
    this.held.push(name);
    this.releases.add(release);
    const isReleased = await Promise.race([released, gone.then(() => false)]);
    this.releases.delete(release);
    this.held.splice(this.held.indexOf(name), 1);
    return isReleased;
  }

  /** The fault that hits a request known by any of these names; uses it up. */
  take(names: readonly string[]): Fault | undefined {
    const found = this.waiting.find(({ target, left }) => left > 0 && names.includes(target));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}
