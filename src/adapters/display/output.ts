/** A stream a display writes to: standard output or error, or a file. */
export type Output = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

/** Resolves when everything written before has been taken, or when the stream is closed. */
export const flushStream = (stream: Output): Promise<void> =>
  new Promise((resolve) => {
    if (!stream.writable) resolve();
    else stream.write('', () => resolve());
  });
