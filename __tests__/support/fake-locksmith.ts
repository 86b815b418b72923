import type { Locksmith } from '../../src/ports/locksmith.js';
import type { Clone } from '../../src/ports/repository.js';
import type { FakeRepository } from './fake-repository.js';

/** Makes lock files as a test says. */
export class FakeLocksmith implements Locksmith {
  readonly made: { readonly folder: string; readonly command: string }[] = [];
  /** What the tool writes, given what lies there; undefined where it fails. */
  forge: (files: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | undefined = () => undefined;
  readonly #repository: FakeRepository;

  constructor(repository: FakeRepository) {
    this.#repository = repository;
  }

  async relock(clone: Clone, lock: { readonly folder: string; readonly command: string }): Promise<boolean> {
    this.made.push(lock);
    const written = this.forge(this.#repository.filesIn(clone));
    if (written !== undefined) this.#repository.write(clone, written);
    return written !== undefined;
  }
}
