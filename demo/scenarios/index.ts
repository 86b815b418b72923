import { crud } from './crud.js';
import { otp } from './otp.js';
import type { Scenario } from './scenario.js';
import { trouble } from './trouble.js';

export { crud } from './crud.js';
export { otp } from './otp.js';
export { cut, deadKey, isAgent, limited, noEditForever, oneFile, silent, slow } from './pieces.js';
export type { ExpectedFacts, Scenario } from './scenario.js';
export { trouble } from './trouble.js';

/** The scenarios of the demo; the first is the default. */
export const scenarios: readonly [Scenario, ...Scenario[]] = [crud, otp, trouble];

export const findScenario = (name: string): Scenario | undefined => scenarios.find((each) => each.name === name);
