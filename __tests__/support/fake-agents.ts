import type { AgentFacts } from '../../src/core/agent-facts.js';
import type { AgentHost, AgentMessage } from '../../src/ports/agent-host.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Clone } from '../../src/ports/repository.js';
import type { FakeRepository } from './fake-repository.js';
import { Faults, Gate } from './gate.js';

/** What an agent does with a message: edits (`null` removes), what is known afterwards, and how long it takes. */
export interface Play {
  readonly write?: Readonly<Record<string, string | null>>;
  readonly facts?: Partial<AgentFacts>;
  readonly takesMs?: number;
}

/** `nth` message with this label, from 1. `files` is what lies in its clone. */
export type Player = (message: AgentMessage, nth: number, files: Readonly<Record<string, string>>) => Play;

/** Facts of a message that was answered and whose edits were applied. */
export const goodFacts: AgentFacts = {
  exitCode: 0,
  killedBy: null,
  sendsStarted: 1,
  sends: 1,
  exitEvent: 'Completed main CLI coder.run',
  reflectionsExhausted: false,
  statuses: [200],
  lastError: '',
  answerCut: false,
  usage: { requests: 1, tokensSent: 100, tokensReceived: 20, costUsd: 0.01 },
  durationMs: 0,
  tail: '',
};

/** Facts of a message the provider answered with this status until Aider gave up. */
export const refusedFacts = (status: number, lastError = ''): Partial<AgentFacts> => ({
  statuses: [status, status],
  lastError,
});

/** Writes the task's own first file, each time with other text. */
export const writesOwnFile: Player = ({ editFiles, label }, nth) => ({
  write: { [editFiles[0] ?? 'nothing-to-edit']: `${label} wrote this in message ${nth}\n` },
});

/** Agents played by a test, at work in the clones of a fake repository. */
export class FakeAgents implements AgentHost {
  readonly messages: AgentMessage[] = [];
  /** Messages are held by their label, e.g. `agent-2`. */
  readonly gate = new Gate();
  play: Player = writesOwnFile;
  map = 'a map';
  /** The most messages under way at one moment. */
  peak = 0;
  #atWork = 0;
  readonly #faults = new Faults<'send' | 'repositoryMap'>();
  readonly #repository: FakeRepository;
  readonly #clock: Clock;

  constructor(repository: FakeRepository, clock: Clock) {
    this.#repository = repository;
    this.#clock = clock;
  }

  failOn(method: 'send' | 'repositoryMap', error: Error | null): void {
    this.#faults.set(method, error);
  }

  /** The messages one agent was sent. */
  sentTo(label: string): readonly AgentMessage[] {
    return this.messages.filter((message) => message.label === label);
  }

  async send(message: AgentMessage): Promise<AgentFacts> {
    this.messages.push(message);
    this.#faults.check('send');
    this.#atWork += 1;
    this.peak = Math.max(this.peak, this.#atWork);
    try {
      return await this.#work(message);
    } finally {
      this.#atWork -= 1;
    }
  }

  async repositoryMap(clone: Clone, _maxTokens: number, _signal: AbortSignal): Promise<string> {
    this.#faults.check('repositoryMap');
    this.#repository.filesIn(clone);
    return this.map;
  }

  async #work(message: AgentMessage): Promise<AgentFacts> {
    const { clone, label, signal } = message;
    const startedAt = this.#clock.now();
    const play = this.play(message, this.sentTo(label).length, this.#repository.filesIn(clone));
    await this.gate.pass(label, signal);
    if (play.takesMs !== undefined) await this.#clock.sleep(play.takesMs, signal);
    const durationMs = this.#clock.now() - startedAt;
    if (signal.aborted) return { ...goodFacts, exitCode: null, killedBy: 'cancel', durationMs };
    if (play.write !== undefined) this.#repository.write(clone, play.write);
    return { ...goodFacts, durationMs, ...play.facts };
  }
}
