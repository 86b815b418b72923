/** The code of a system error, e.g. `EEXIST`; asked by shape, for an error may come from another realm. */
export const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
