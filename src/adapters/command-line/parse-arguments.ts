import { Command, CommanderError, Option } from 'commander';
import { describeSetting } from '../../core/settings/documentation.js';
import { settingsTable } from '../../core/settings/table.js';
import { failed, success, type Result } from '../../core/result.js';

/** How progress is shown: a live view on a terminal, plain lines elsewhere; `json` keeps stdout for the result. */
export interface Shown {
  readonly json: boolean;
}

/** Files for the models' answers of a run: written down, or taken from instead of asking anybody. */
export interface Cassettes {
  readonly record?: string;
  readonly replay?: string;
}

/** What a command line asks for. `settings` are the flags that were given, by the name of their setting. */
export type CommandLine =
  | (Shown &
      Cassettes & {
        readonly kind: 'run';
        readonly github: boolean;
        readonly issue?: number;
        readonly settings: Readonly<Record<string, string>>;
      })
  | (Shown & Cassettes & { readonly kind: 'plan'; readonly settings: Readonly<Record<string, string>> })
  | (Shown &
      Cassettes & {
        readonly kind: 'resume';
        /** The newest unfinished one, if none is named. */
        readonly run?: string;
        readonly settings: Readonly<Record<string, string>>;
      })
  | (Shown & { readonly kind: 'status'; readonly run?: string })
  | (Shown & {
      readonly kind: 'doctor';
      readonly fix: boolean;
      readonly github: boolean;
      readonly settings: Readonly<Record<string, string>>;
    })
  | { readonly kind: 'demo'; readonly args: readonly string[] }
  | { readonly kind: 'said'; readonly text: string };

/** A command line that could not be read; `message` is commander's own, with its usage line. */
export interface UsageFault {
  readonly message: string;
}

/** Reads the command line. Help and version are `said`; nothing is printed here. */
export const parseArguments = (args: readonly string[], version: string): Result<CommandLine, UsageFault> => {
  let parsed: CommandLine | undefined;
  let text = '';
  const program = buildProgram(version, (line) => {
    parsed = line;
  });
  const write = (said: string): void => {
    text += said;
  };
  for (const each of [program, ...program.commands])
    each.exitOverride().configureOutput({ writeOut: write, writeErr: write });
  try {
    program.parse([...args], { from: 'user' });
    return parsed === undefined ? success({ kind: 'said', text: program.helpInformation() }) : success(parsed);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? success({ kind: 'said', text }) : failed({ message: text.trim() || error.message });
  }
};

type Report = (line: CommandLine) => void;

const name = 'aider-orchestrator';

const buildProgram = (version: string, report: Report): Command => {
  const program = new Command(name)
    .description('One change request, several Aider agents in parallel, one validated result.')
    .version(version, '-V, --version')
    .addHelpText('after', programHelp);
  addRun(program, report);
  addPlan(program, report);
  addResume(program, report);
  addStatus(program, report);
  addDoctor(program, report);
  addDemo(program, report);
  for (const each of [program, ...program.commands])
    each.showHelpAfterError(`See: ${name}${each === program ? '' : ` ${each.name()}`} --help`);
  return program;
};

const programHelp = `
Keys of models come from the environment: OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY,
DEEPSEEK_API_KEY, GROQ_API_KEY, XAI_API_KEY. A first run:

  ${name} doctor --model openai/gpt-4.1
  ${name} run --model openai/gpt-4.1 --change "add a health endpoint with tests"`;

const addRun = (program: Command, report: Report): void => {
  const run = program
    .command('run')
    .description('Plan and carry out a change of the repository in this folder; the result is a new branch.')
    .option('--change <text>', 'what to do')
    .option('--github', 'open a pull request, with GITHUB_TOKEN, instead of only making a local branch')
    .addOption(
      new Option('--issue <number>', 'take the request from this issue; implies --github').argParser(parseIssue),
    )
    .option('--json', 'print the summary as JSON on stdout, progress on stderr');
  withCassettes(withSettings(run)).action((options: Record<string, unknown>) => {
    const issue = options['issue'];
    report({
      kind: 'run',
      github: options['github'] === true || issue !== undefined,
      json: options['json'] === true,
      settings: settingsOf(options),
      ...cassettesOf(options),
      ...(typeof issue === 'number' ? { issue } : {}),
    });
  });
};

const addPlan = (program: Command, report: Report): void => {
  const plan = program
    .command('plan')
    .description('Write the PRD and the plan and print them; nothing is changed.')
    .option('--change <text>', 'what to do')
    .option('--json', 'print the plan as JSON, such as --plan takes');
  withCassettes(withSettings(plan)).action((options: Record<string, unknown>) =>
    report({ kind: 'plan', json: options['json'] === true, settings: settingsOf(options), ...cassettesOf(options) }),
  );
};

const addResume = (program: Command, report: Report): void => {
  const resume = program
    .command('resume')
    .description('Go on with a run that was killed or stopped; what is finished is not done, or paid, again.')
    .argument('[run]', 'its id; otherwise the newest unfinished one')
    .option('--json', 'print the summary as JSON on stdout, progress on stderr');
  withCassettes(withSettings(resume)).action((run: string | undefined, options: Record<string, unknown>) =>
    report({
      kind: 'resume',
      json: options['json'] === true,
      settings: settingsOf(options),
      ...cassettesOf(options),
      ...(run === undefined ? {} : { run }),
    }),
  );
};

const addStatus = (program: Command, report: Report): void => {
  program
    .command('status')
    .description('Say how the runs of this repository stand.')
    .argument('[run]', 'only this one')
    .option('--json', 'print them as JSON')
    .action((run: string | undefined, options: Record<string, unknown>) =>
      report({ kind: 'status', json: options['json'] === true, ...(run === undefined ? {} : { run }) }),
    );
};

const addDoctor = (program: Command, report: Report): void => {
  const doctor = program
    .command('doctor')
    .description('Check git, Python, Aider, the sandbox, keys and token rights, and say each fix.')
    .option('--fix', 'install what can be installed: Aider, bubblewrap')
    .option('--github', 'what run --github needs is needed too: a token with its rights')
    .option('--json', 'print the findings as JSON');
  withSettings(doctor).action((options: Record<string, unknown>) =>
    report({
      kind: 'doctor',
      fix: options['fix'] === true,
      github: options['github'] === true,
      json: options['json'] === true,
      settings: settingsOf(options),
    }),
  );
};

const addDemo = (program: Command, report: Report): void => {
  program
    .command('demo')
    .description('Watch a labelled issue become a pull request, with an embedded GitHub and a scripted model.')
    .allowUnknownOption()
    .argument('[args...]', 'passed on, e.g. --scenario otp')
    .action((rest: string[]) => report({ kind: 'demo', args: rest }));
};

/** Every setting that is no secret is a flag, under its own name. */
const withSettings = (command: Command): Command => {
  const taken = new Set(command.options.map((option) => option.long));
  for (const setting of settingsTable) {
    const { cliFlag, aliases } = setting;
    if (cliFlag === null) continue;
    const option = (flag: string, says: string): Option => new Option(`${flag} <value>`, says).helpGroup('Settings:');
    if (!taken.has(cliFlag)) command.addOption(option(cliFlag, describeSetting(setting)));
    for (const alias of aliases) command.addOption(option(`--${alias}`, `the same as ${cliFlag}`));
  }
  return command;
};

const withCassettes = (command: Command): Command =>
  command
    .option('--record <file>', "write the models' answers to this file; no key is in it, the repository's code is")
    .option('--replay <file>', "take the models' answers from such a file; no provider is asked, no key needed");

const cassettesOf = ({ record, replay }: Record<string, unknown>): Cassettes => ({
  ...(typeof record === 'string' ? { record } : {}),
  ...(typeof replay === 'string' ? { replay } : {}),
});

const settingsOf = (options: Record<string, unknown>): Record<string, string> => {
  const names = settingsTable.flatMap((row) => (row.cliFlag === null ? [] : [row.name, ...row.aliases]));
  return Object.fromEntries(
    names.flatMap((each) => {
      const value = options[each.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
      return typeof value === 'string' ? [[each, value]] : [];
    }),
  );
};

const parseIssue = (text: string): number => {
  const number = Number(text.replace(/^#/, ''));
  if (!Number.isInteger(number) || number < 1)
    throw new CommanderError(2, 'bad-issue', `error: --issue: expected an issue number such as 12, got "${text}"`);
  return number;
};
