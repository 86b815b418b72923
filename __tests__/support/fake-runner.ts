import type { Failure } from '../../src/core/failure.js';
import type { Runner } from '../../src/ports/runner.js';

/** A runner in memory: what it gives can be set, what it is told is kept. */
export class FakeRunner implements Runner {
  readonly repository = 'o/r';
  readonly serverUrl = 'https://github.test';
  readonly apiUrl = 'https://api.github.test';
  readonly graphqlUrl = 'https://api.github.test/graphql';
  readonly workspace = '/workspace';
  readonly temp = '/temp';
  runId = '77-1';
  workflow = { id: 77, attempt: 1 };
  triggeringActor = 'ada';
  readonly runUrl = 'https://github.test/o/r/actions/runs/77';
  inputs: Readonly<Record<string, string>>;
  event: { readonly eventName: string; readonly payload: unknown };
  readonly hidden: string[] = [];
  readonly said: string[] = [];
  readonly warnings: string[] = [];
  readonly failures: Failure[] = [];
  readonly outputs: Record<string, string> = {};
  readonly summaries: string[] = [];
  readonly states = new Map<string, string>();
  breaksSummary = false;

  constructor(inputs: Readonly<Record<string, string>>, event: FakeRunner['event']) {
    this.inputs = inputs;
    this.event = event;
  }

  hide(secrets: readonly string[]): void {
    this.hidden.push(...secrets);
  }
  say = (message: string): void => void this.said.push(message);
  warn = (message: string): void => void this.warnings.push(message);
  fail = (failure: Failure): void => void this.failures.push(failure);
  setOutputs(outputs: Readonly<Record<string, string>>): void {
    Object.assign(this.outputs, outputs);
  }
  async writeSummary(markdown: string): Promise<void> {
    if (this.breaksSummary) throw new Error('the summary file is gone');
    this.summaries.push(markdown);
  }
  saveState(name: string, value: string): void {
    this.states.set(name, value);
  }
  readState(name: string): string {
    return this.states.get(name) ?? '';
  }
}
