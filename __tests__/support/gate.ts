/** A place where calls of a fake wait until a test lets them go on. */
export class Gate {
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** From now on whoever passes under this name waits. */
  hold(name: string): void {
    this.#held.add(name);
  }

  /** Lets go who waits, and everyone after. */
  release(name: string): void {
    this.#held.delete(name);
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    waiting.forEach((go) => go());
  }

  isWaiting(name: string): boolean {
    return this.#waiting.has(name);
  }

  /** Resolves when the name is not held, or when the signal aborts. */
  pass(name: string, signal?: AbortSignal): Promise<void> {
    if (!this.#held.has(name) || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** Methods that reject until they are mended: what `failOn` of a fake keeps. */
export class Faults<Method extends string> {
  readonly #errors = new Map<Method, Error>();

  set(method: Method, error: Error | null): void {
    if (error === null) this.#errors.delete(method);
    else this.#errors.set(method, error);
  }

  check(method: Method): void {
    const error = this.#errors.get(method);
    if (error !== undefined) throw error;
  }
}
