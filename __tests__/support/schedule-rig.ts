import { TaskId, type PlanDocument } from '../../src/core/plan/plan.js';
import { mayHalt } from '../../src/core/conflicts/less-advanced.js';
import { apply, begin } from '../../src/core/run/apply.js';
import type { RunEventBody } from '../../src/core/run/event.js';
import type { Run } from '../../src/core/run/run.js';
import { decide, type Command, type Limits } from '../../src/core/schedule/decide.js';

const sha = '0'.repeat(40);
const failure = { reason: 'broken', who: 'us', message: 'It broke.', action: 'Mend it.' } as const;

/** A run that is moved by hand, one event at a time; each takes one millisecond. */
export class Rig {
  run: Run;
  readonly plan: PlanDocument;
  #seq = 1;
  #waitedMs = 0;

  constructor(plan: PlanDocument) {
    this.plan = plan;
    this.run = begin({
      type: 'run-started',
      runId: 'run-1',
      request: { source: 'cli', actor: 'ada', title: 'x', body: '' },
      base: { branch: 'main', sha },
      models: { agent: 'm', prd: 'm' },
      maxAgents: 4,
      seq: 1,
      at: 1,
    });
    this.tell({ type: 'plan-made', plan, hash: 'h', origin: 'model', notes: [] });
  }

  start = (id: string): this =>
    this.tell({
      type: 'task-started',
      task: TaskId.parse(id),
      agent: 1,
      attempt: this.#attempt(id) + 1,
      model: 'm',
      mode: 'fresh',
    });
  landing = (id: string): this =>
    this.tell({ type: 'task-landing', task: TaskId.parse(id), attempt: this.#attempt(id), commit: sha });
  landed = (id: string): this =>
    this.tell({
      type: 'task-landed',
      task: TaskId.parse(id),
      attempt: this.#attempt(id),
      commit: sha,
      head: sha,
      changes: [],
    });
  attemptFailed = (id: string): this =>
    this.tell({ type: 'attempt-failed', task: TaskId.parse(id), attempt: this.#attempt(id), failure });
  conflict = (id: string): this =>
    this.tell({
      type: 'conflict-found',
      task: TaskId.parse(id),
      attempt: this.#attempt(id),
      files: ['x'],
      with: [],
    }).requeued(id);
  predicted = (id: string, ...others: readonly string[]): this =>
    this.tell({
      type: 'conflict-predicted',
      task: TaskId.parse(id),
      attempt: this.#attempt(id),
      files: ['x'],
      with: others.map((other) => TaskId.parse(other)),
    });
  requeued = (id: string): this =>
    this.tell({ type: 'task-requeued', task: TaskId.parse(id), attempt: this.#attempt(id) });
  failed = (id: string): this => this.tell({ type: 'task-failed', task: TaskId.parse(id), failure });
  cancelled = (id: string): this => this.tell({ type: 'task-cancelled', task: TaskId.parse(id) });
  skipped = (id: string, because: string): this =>
    this.tell({ type: 'task-skipped', task: TaskId.parse(id), because: TaskId.parse(because), why: 'It failed.' });

  /** Time passes before the next event. */
  wait(minutes: number): this {
    this.#waitedMs += minutes * 60_000;
    return this;
  }

  tell(event: RunEventBody): this {
    this.#seq += 1;
    this.run = apply(this.run, { ...event, seq: this.#seq, at: this.#seq + this.#waitedMs });
    return this;
  }

  /**
   * Carries out what `decide` says and between decisions lets one active task take the step `picks` says, until the
   * finish. `settled` sees the run after each round of commands. `well`: every task only ever goes on to land.
   */
  drive(limits: Limits, picks: readonly number[], settled: (run: Run) => void, fate: 'any' | 'well' = 'any'): void {
    const left = [...picks];
    for (let round = 0; round < 500; round += 1) {
      const commands = decide({ plan: this.plan, run: this.run, limits });
      commands.forEach((command) => this.#carryOut(command));
      settled(this.run);
      if (commands.some(({ kind }) => kind === 'finish')) return;
      this.#step(left.shift() ?? 0, left.shift() ?? 0, limits, fate);
    }
    throw new Error('The schedule did not end in 500 rounds');
  }

  #carryOut(command: Command): void {
    if (command.kind === 'start') this.start(command.task);
    if (command.kind === 'skip')
      this.tell({ type: 'task-skipped', task: command.task, because: command.because, why: command.why });
  }

  #step(who: number, what: number, limits: Limits, fate: 'any' | 'well'): void {
    const active = this.run.tasks.filter(({ state }) => state.kind === 'running' || state.kind === 'landing');
    const record = active[who % active.length];
    if (record === undefined) throw new Error('Nothing runs and nothing was started: the schedule hangs');
    const { id } = record.task;
    const stoppedFor = active.find((other) => other !== record)?.task.id;
    // Stopped for a foreseen conflict, like any agent at most so often.
    if (
      fate === 'any' &&
      what % 7 === 1 &&
      record.state.kind === 'running' &&
      stoppedFor !== undefined &&
      mayHalt(this.run, id)
    )
      return void this.predicted(id, stoppedFor).requeued(id);
    const [onward, bad] =
      record.state.kind === 'landing' ? [this.landed, this.conflict] : [this.landing, this.attemptFailed];
    const goesOn = fate === 'well' || what % 3 > 0;
    if (!goesOn && what % 9 === 0) this.failed(id);
    else if (!goesOn && what % 9 === 3) this.cancelled(id);
    else (goesOn ? onward : bad)(id);
    this.#giveUp(id, limits);
  }

  /** What the runner does after an attempt: the last one fails the task. */
  #giveUp(id: TaskId, { maxAttempts }: Limits): void {
    const record = this.run.tasks.find(({ task }) => task.id === id);
    if (record?.state.kind !== 'pending') return;
    if (record.attemptFailures.length >= maxAttempts || this.run.conflicts.length > 20) this.failed(id);
  }

  #attempt(id: string): number {
    return this.run.tasks.find(({ task }) => task.id === id)?.attempts ?? 0;
  }
}
