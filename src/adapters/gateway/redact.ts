/** Longest error text kept, characters. */
const maxErrorLength = 500;

/** An error text that may be shown: without the key (also the half-masked one providers quote), and cut. */
export const redact = (text: string, key: string | undefined): string => {
  const withoutKey = key === undefined || key === '' ? text : text.replaceAll(key, '***');
  return withoutKey.replace(/[\w.-]*\*{3,}[\w.-]*/g, '***').slice(0, maxErrorLength);
};
