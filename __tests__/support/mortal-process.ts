import type { RunEvent } from '../../src/core/run/event.js';
import type { Sink } from '../../src/ports/sink.js';
import type { World } from '../../src/app/execute-request.js';
import type { Chance } from './chance.js';
import { FakeJournal } from './recording.js';
import { slowly } from './slowly.js';
import type { WholeWorld } from './world.js';

/** A run's own process, in a world that outlives it. */
export interface MortalProcess {
  readonly world: World;
  /** What it can read after its end: what was on record before it, and what it wrote. */
  readonly journal: FakeJournal;
  /** What it does may end, or the process before it: then nothing comes. */
  live<T>(work: (world: World) => Promise<T>): Promise<T | undefined>;
}

export interface Birth {
  readonly chance: Chance;
  readonly sinks: (world: World) => readonly Sink[];
  /** The journal of a killed process it goes on with. */
  readonly before?: readonly RunEvent[] | undefined;
  /** It is killed when so many events are on record, those before it included. */
  readonly killAfter?: number | undefined;
  readonly signal: AbortSignal;
}

class Life {
  isOver = false;
  end: () => void = () => undefined;
  readonly over = new Promise<undefined>((resolve) => {
    this.end = () => {
      this.isOver = true;
      resolve(undefined);
    };
  });

  /** Nothing that is asked of it by the dead happens, and nothing they wait for comes. */
  port<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => (this.isOver ? new Promise(() => undefined) : this.#alive(method(...args)));
      },
    });
  }

  #alive(result: unknown): unknown {
    if (!(result instanceof Promise)) return result;
    return new Promise((resolve, reject) => {
      result.then(
        (value) => void (this.isOver || resolve(value)),
        (error: unknown) => void (this.isOver || reject(error as Error)),
      );
    });
  }
}

/** Starts a process that may be killed at any event, as SIGKILL would: between two steps, with everything under way. */
export const startProcess = (outer: WholeWorld, birth: Birth): MortalProcess => {
  const life = new Life();
  const { clock, repository, archive } = outer;
  const { chance, before = [], killAfter = Infinity, signal } = birth;
  const journal = new FakeJournal();
  journal.events.push(...before);
  const { resume: _, ...inherited } = outer.world;
  const world: World = {
    ...inherited,
    journal: {
      append: (event) => {
        if (life.isOver) return;
        journal.append(event);
        if (journal.events.length >= killAfter) life.end();
      },
    },
    repository: slowly(life.port(repository), { chance, clock, except: ['prepareClones'] }),
    archive: slowly(life.port(archive), { chance, clock }),
    clock: { now: () => clock.now(), sleep: life.port(clock).sleep },
    artifacts: life.port(outer.world.artifacts),
    ...(outer.world.github && { github: life.port(outer.world.github) }),
    prepare: async (abort) => {
      const workshop = await outer.world.prepare(abort);
      if (!workshop.ok) return workshop;
      const { agents, model, validator, locksmith } = workshop.value;
      const ports = { agents: life.port(agents), model: life.port(model), validator: life.port(validator) };
      return { ok: true, value: { ...workshop.value, ...ports, locksmith: life.port(locksmith) } };
    },
    signal,
    ...(before.length > 0 && { resume: before }),
  };
  const sinks = birth.sinks(world).map((sink) => life.port(sink));
  return { world: { ...world, sinks }, journal, live: (work) => Promise.race([work({ ...world, sinks }), life.over]) };
};
