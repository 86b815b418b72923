import { replay } from '../../src/core/run/apply.js';
import type { RunEvent, RunEventBody } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import type { Artifacts } from '../../src/ports/files.js';
import type { Journal } from '../../src/ports/journal.js';
import type { Sink } from '../../src/ports/sink.js';
import { Faults } from './gate.js';

type Of<Type extends RunEventBody['type']> = Extract<RunEvent, { type: Type }>;

/** A journal in memory. */
export class FakeJournal implements Journal {
  readonly events: RunEvent[] = [];
  readonly #faults = new Faults<'append'>();

  failOn(method: 'append', error: Error | null): void {
    this.#faults.set(method, error);
  }

  append(event: RunEvent): void {
    this.#faults.check('append');
    this.events.push(event);
  }

  /** All events of one type. */
  of<Type extends RunEventBody['type']>(type: Type): readonly Of<Type>[] {
    return this.events.filter((event): event is Of<Type> => event.type === type);
  }

  /** The run a reader of this journal sees. */
  replayed(): Run | undefined {
    return replay(this.events);
  }
}

/** Keeps what it was told, each with the run as it then was. */
export class RecordingSink implements Sink {
  readonly told: { readonly event: RunEvent; readonly run: Run }[] = [];
  flushed = 0;

  tell(event: RunEvent, run: Run): void {
    this.told.push({ event, run });
  }

  async flush(): Promise<void> {
    this.flushed += 1;
  }
}

/** The logs folder in memory. */
export class FakeArtifacts implements Artifacts {
  readonly files = new Map<string, string>();
  readonly #faults = new Faults<'write'>();

  failOn(method: 'write', error: Error | null): void {
    this.#faults.set(method, error);
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    this.#faults.check('write');
    this.files.set(name, typeof content === 'string' ? content : new TextDecoder().decode(content));
    return `.aider_logs/${name}`;
  }
}
