/** The text without space around it and with single spaces inside; '' for anything that is not text. */
export const tidy = (value) => (typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : '');

/** A simple shape check: one @, something before it, a dot after it. */
export const looksLikeEmail = (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
