import { parseArguments } from '../adapters/command-line/parse-arguments.js';
import { runDemo } from '../adapters/processes/run-demo.js';
import { version } from '../core/version.js';
import { resumeLocally } from './resume-run.js';
import { runDoctor } from './doctor.js';
import { runLocally } from './local-run.js';
import { tellStatus } from './status.js';
import { withCassettes } from './cassettes.js';
import type { Env } from './env.js';

/** The command line. Resolves with the exit code: 2 for a command line or settings that cannot be read. */
export const runCli = async (args: readonly string[], env: Env): Promise<number> => {
  const line = parseArguments(args, version);
  if (!line.ok) {
    process.stderr.write(`${line.failure.message}\n`);
    return 2;
  }
  switch (line.value.kind) {
    case 'said':
      process.stdout.write(line.value.text);
      return 0;
    case 'demo':
      return runDemo(line.value.args, env);
    case 'doctor':
      return runDoctor(line.value, env);
    case 'resume':
      return resumeLocally(line.value, env);
    case 'status':
      return tellStatus(line.value);
    case 'run':
    case 'plan':
      return runLocally(line.value, withCassettes(line.value, env));
  }
};
