import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const lifetimeMs = 10 * 60 * 1000;
const maxTries = 5;

/** A new six-digit code and what to keep of it: a salted hash, when it ends and how many tries are left. */
export const issueCode = (now) => {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const salt = randomBytes(16).toString('hex');
  return { code, kept: { salt, hash: hashOf(salt, code), expiresAt: now.getTime() + lifetimeMs, triesLeft: maxTries } };
};

/** Whether `code` is the kept one: `right`, `wrong`, `expired` or `used-up`. */
export const checkCode = (kept, code, now) => {
  if (now.getTime() >= kept.expiresAt) return 'expired';
  if (kept.triesLeft <= 0) return 'used-up';
  const given = Buffer.from(hashOf(kept.salt, String(code)), 'hex');
  return timingSafeEqual(given, Buffer.from(kept.hash, 'hex')) ? 'right' : 'wrong';
};

const hashOf = (salt, code) => createHash('sha256').update(`${salt}:${code}`).digest('hex');
