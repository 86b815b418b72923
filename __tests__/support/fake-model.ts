import { failed, success, type Result } from '../../src/core/result.js';
import type { Answer, Model, ModelFailure, Question } from '../../src/ports/model.js';
import { Gate } from './gate.js';

/** What a model gives back: an answer as it came, not yet checked, or a failure by its reason. */
export type Said = { readonly says: unknown } | { readonly fails: ModelFailure['reason'] };

type Asked = Omit<Question<unknown>, 'schema'>;

const usage = { requests: 1, tokensSent: 1000, tokensReceived: 100, costUsd: 0.02 };

/** A model that says what a test put in: per kind of question the answers in their order, the last one for ever. */
export class FakeModel implements Model {
  readonly questions: Asked[] = [];
  /** Questions are held by their name. */
  readonly gate = new Gate();
  /** What else happens when a question comes. */
  onQuestion: (asked: Asked) => void = () => undefined;
  readonly #answers = new Map<string, Said[]>();

  will(name: Question<unknown>['name'], ...answers: readonly Said[]): this {
    this.#answers.set(name, [...answers]);
    return this;
  }

  asked(name: Question<unknown>['name']): readonly Asked[] {
    return this.questions.filter((question) => question.name === name);
  }

  async ask<T>({ schema, ...asked }: Question<T>): Promise<Result<Answer<T>, ModelFailure>> {
    this.questions.push(asked);
    this.onQuestion(asked);
    await this.gate.pass(asked.name, asked.signal);
    if (asked.signal.aborted) return this.#fail('cancelled', 'The question was cancelled.');
    const said = this.#next(asked.name);
    if ('fails' in said) return this.#fail(said.fails, `The model failed: ${said.fails}.`);
    const parsed = schema.safeParse(said.says);
    if (!parsed.success) return this.#fail('answer-invalid', parsed.error.message);
    return success({ value: parsed.data, usage, durationMs: 5 });
  }

  #next(name: string): Said {
    const answers = this.#answers.get(name) ?? [];
    const said = answers.length > 1 ? answers.shift() : answers[0];
    if (said === undefined) throw new Error(`The test gave no answer for ${name}`);
    return said;
  }

  #fail(reason: string, message: string) {
    return failed({ reason, who: 'world' as const, message, action: 'Try again.', usage });
  }
}
