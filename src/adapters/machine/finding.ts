import type { Finding } from '../../core/doctor.js';
import type { Failure } from '../../core/failure.js';

export const ok = (name: string, found: string): Finding => ({ name, state: 'ok', found, fix: '' });

/** A run works without it, but less well. */
export const note = (name: string, found: string, fix: string): Finding => ({ name, state: 'note', found, fix });

/** A run would fail. */
export const wrong = (name: string, found: string, fix: string): Finding => ({ name, state: 'wrong', found, fix });

export const fromFailure = (name: string, { message, action }: Failure): Finding => wrong(name, message, action);
