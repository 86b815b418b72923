/** One answer of the model in a provider's own form. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a protocol needs to say a text. */
export interface Spoken {
  readonly script: string;
  readonly model: string;
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly promptTokens: number;
  readonly stream: boolean;
  /** A number that makes the answer's id unique. */
  readonly seq: number;
  /** OpenAI only: send usage at the end of a stream. */
  readonly includeUsage: boolean;
}

export interface Refusal {
  readonly script: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** A fair count for prose and code: four characters a token. */
export const countTokens = (text: string): number => Math.ceil(text.length / 4);

/** The header every answer carries, so that nobody takes it for a real model's. */
export const scriptedHeader = 'x-scripted-model';

export const jsonAnswer = (script: string, status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json', [scriptedHeader]: script },
  body: JSON.stringify(value),
});

export const eventStream = (script: string, events: readonly unknown[], end: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream', [scriptedHeader]: script },
  body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + end,
});

export const withRetryAfter = (answer: Answer, refusal: Refusal): Answer =>
  refusal.retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'retry-after': String(refusal.retryAfterSeconds) } };

/** A text in a few pieces, as streams bring it. */
export const pieces = (text: string): readonly string[] => {
  const size = Math.max(1, Math.ceil(text.length / 8));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
};
