/** A copy of plain data with `mask` applied to every string in it, keys of objects aside. */
export const redactValues = <T>(value: T, mask: (text: string) => string): T => redactAny(value, mask) as T;

const redactAny = (value: unknown, mask: (text: string) => string): unknown => {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((each) => redactAny(each, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactAny(each, mask)]));
};
