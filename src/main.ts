/*
 * The composition root together with `wiring/`: the only code that builds adapters and hands them to the use-cases.
 * What happens is told in `app/`; here stands only with what.
 */

export { runAction, runPost } from './wiring/action.js';
export { runCli } from './wiring/command-line.js';
export { exitWith } from './wiring/end-process.js';
