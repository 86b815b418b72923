/** What an operation answers. `body` undefined: none (204). */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

export const documentation = 'https://docs.github.com/rest';

/** A refusal in GitHub's own form and words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get answer(): Answer {
    const body = { message: this.message, ...this.more, documentation_url: documentation, status: String(this.status) };
    return { status: this.status, body };
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

export interface FieldError {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/** 422 `Validation Failed` with its list. */
export const invalid = (...errors: readonly FieldError[]): Refusal => new Refusal(422, 'Validation Failed', { errors });

/** Texts on GitHub hold at most so many characters. */
export const maxBodyLength = 65_536;
