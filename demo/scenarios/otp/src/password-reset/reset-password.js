import { randomBytes, scryptSync } from 'node:crypto';
import { invalid } from '../errors.js';
import { resetMail } from '../mail/outbox.js';
import { requireEmail } from '../validate.js';
import { checkCode, issueCode } from './one-time-code.js';

const refused = () => invalid('the code is wrong or no longer good');

/** Sends a code to the address if it has an account; nobody can tell from outside whether it has. */
export const requestReset = ({ store, outbox, now }, input) => {
  const email = requireEmail('email', input?.email);
  if (userWith(store, email) === undefined) return;
  const { code, kept } = issueCode(now());
  forget(store, email);
  store.collection('password-resets').insert({ email, kept });
  outbox.send(resetMail(email, code));
};

/** Sets a new password for who brings the right code. Throws the same 400 for every reason to refuse it. */
export const confirmReset = ({ store, now }, input) => {
  const email = requireEmail('email', input?.email);
  const password = requirePassword(input?.password);
  const reset = resetOf(store, email);
  const user = userWith(store, email);
  if (reset === undefined || user === undefined) throw refused();
  if (checkCode(reset.kept, input?.code, now()) !== 'right') {
    const kept = { ...reset.kept, triesLeft: reset.kept.triesLeft - 1 };
    store.collection('password-resets').update(reset.id, { kept });
    throw refused();
  }
  forget(store, email);
  store.collection('users').update(user.id, { password: hashPassword(password) });
};

const requirePassword = (value) => {
  if (typeof value !== 'string' || value.length < 12) throw invalid('password needs at least 12 characters');
  return value;
};

const hashPassword = (password) => {
  const salt = randomBytes(16).toString('hex');
  return { salt, hash: scryptSync(password, salt, 32).toString('hex') };
};

const userWith = (store, email) => store.collection('users').list((user) => user.email === email)[0];

const resetOf = (store, email) => store.collection('password-resets').list((reset) => reset.email === email)[0];

const forget = (store, email) => {
  const resets = store.collection('password-resets');
  for (const reset of resets.list((each) => each.email === email)) resets.remove(reset.id);
};
