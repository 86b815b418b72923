import { invalid } from '../errors.js';

/** One page of a list, counted from 1, and how many pages there are. `size` is 1 to 100. */
export const pageOf = (items, { page = 1, size = 20 } = {}) => {
  const number = wholeNumber('page', page, Number.MAX_SAFE_INTEGER);
  const length = wholeNumber('size', size, 100);
  const start = (number - 1) * length;
  return {
    items: items.slice(start, start + length),
    page: number,
    pages: Math.max(1, Math.ceil(items.length / length)),
  };
};

const wholeNumber = (field, value, max) => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > max)
    throw invalid(`${field} must be a whole number from 1 to ${max}`);
  return number;
};
