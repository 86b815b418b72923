import { errorText } from './error-text.js';

/** Does what must not end anything: a reaction, a comment, a label. What fails is told to `warn`. */
export const quietly = async (
  warn: (message: string) => void,
  what: string,
  step: () => Promise<unknown>,
): Promise<void> => {
  try {
    await step();
  } catch (error) {
    warn(`${what} failed: ${errorText(error)}`);
  }
};
