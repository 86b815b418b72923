/** An answer that is not a success: HTTP status, a stable code for programs, a message for people. */
export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const invalid = (message) => new HttpError(400, 'invalid', message);

export const notFound = (message) => new HttpError(404, 'not-found', message);

export const conflict = (message) => new HttpError(409, 'conflict', message);
