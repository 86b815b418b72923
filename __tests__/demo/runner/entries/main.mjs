// Stands in for the action's main: writes outputs, state and summary, and shows what it was given.
import { appendFileSync, readFileSync } from 'node:fs';

const { env } = process;
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'));
appendFileSync(env.GITHUB_OUTPUT, `status=succeeded\nnote<<E\ntwo\nlines\nE\n`);
appendFileSync(
  env.GITHUB_OUTPUT,
  `seen<<E\n${JSON.stringify({ env, event, cwd: process.cwd(), node: process.version })}\nE\n`,
);
appendFileSync(env.GITHUB_STATE, 'lock=taken\n');
appendFileSync(env.GITHUB_STEP_SUMMARY, '# Summary\n');
console.log('::warning::mind this');
process.exitCode = Number(env.EXIT ?? 0);
