import { randomBytes } from 'node:crypto';

/** Unpredictable, since the boundary that frames untrusted text is made of it. */
export const randomFraction = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
