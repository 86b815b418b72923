import { invalid } from './errors.js';
import { looksLikeEmail, tidy } from './util/text.js';

/** A required text of 1 to `max` characters, tidied. Throws a 400 that names the field. */
export const requireText = (field, value, max = 200) => {
  const text = tidy(value);
  if (text === '') throw invalid(`${field} is required`);
  if (text.length > max) throw invalid(`${field} is longer than ${max} characters`);
  return text;
};

/** A required e-mail address in lower case. Throws a 400 that names the field. */
export const requireEmail = (field, value) => {
  const email = requireText(field, value, 254).toLowerCase();
  if (!looksLikeEmail(email)) throw invalid(`${field} is not an e-mail address`);
  return email;
};
