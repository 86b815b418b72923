import { Command, CommanderError, Option } from 'commander';
import { settingsTable } from '../../core/settings/table.js';
import { failed, success, type Result } from '../../core/result.js';

/** How progress is shown: a live view on a terminal, plain lines elsewhere; `json` keeps stdout for the result. */
export interface Shown {
  readonly json: boolean;
}

/** What a command line asks for. `settings` are the flags that were given, by the name of their setting. */
export type CommandLine =
  | (Shown & {
      readonly kind: 'run';
      readonly github: boolean;
      readonly issue?: number;
      readonly settings: Readonly<Record<string, string>>;
    })
  | (Shown & { readonly kind: 'plan'; readonly settings: Readonly<Record<string, string>> })
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

const buildProgram = (version: string, report: Report): Command => {
  const program = new Command('aider-orchestrator')
    .description('One change request, several Aider agents in parallel, one validated result.')
    .version(version, '-V, --version');
  addRun(program, report);
  addPlan(program, report);
  addDoctor(program, report);
  program
    .command('demo')
    .description('watch a labelled issue become a pull request, with an embedded GitHub and a scripted model')
    .allowUnknownOption()
    .argument('[args...]', 'passed on, e.g. --scenario otp')
    .action((rest: string[]) => report({ kind: 'demo', args: rest }));
  return program;
};

const addRun = (program: Command, report: Report): void => {
  const run = program.command('run').description('plan and carry out a change of the repository in this folder');
  withSettings(run)
    .option('--github', 'open a pull request with GITHUB_TOKEN instead of only making a local branch')
    .addOption(new Option('--issue <number>', 'with --github: take the request from this issue').argParser(parseIssue))
    .option('--json', 'print the summary as JSON on stdout, progress on stderr')
    .action((options: Record<string, unknown>) => {
      const issue = options['issue'];
      report({
        kind: 'run',
        github: options['github'] === true || issue !== undefined,
        json: options['json'] === true,
        settings: settingsOf(options),
        ...(typeof issue === 'number' ? { issue } : {}),
      });
    });
};

const addPlan = (program: Command, report: Report): void => {
  const plan = program.command('plan').description('write the PRD and the plan and print them; nothing is changed');
  withSettings(plan)
    .option('--json', 'print the plan as JSON')
    .action((options: Record<string, unknown>) =>
      report({ kind: 'plan', json: options['json'] === true, settings: settingsOf(options) }),
    );
};

const addDoctor = (program: Command, report: Report): void => {
  const doctor = program
    .command('doctor')
    .description('check git, Python, Aider, keys and token rights, and say each fix');
  withSettings(doctor)
    .option('--fix', 'install what can be installed: Aider, bubblewrap')
    .option('--github', 'check what run --github needs too: the rights of GITHUB_TOKEN')
    .option('--json', 'print the findings as JSON')
    .action((options: Record<string, unknown>) =>
      report({
        kind: 'doctor',
        fix: options['fix'] === true,
        github: options['github'] === true,
        json: options['json'] === true,
        settings: settingsOf(options),
      }),
    );
};

/** Every setting that is no secret is a flag, under its own name. */
const withSettings = (command: Command): Command => {
  for (const { name, aliases, cliFlag, description } of settingsTable) {
    if (cliFlag === null) continue;
    for (const each of [name, ...aliases])
      command.addOption(new Option(`--${each} <value>`, each === name ? description : `the same as --${name}`));
  }
  return command;
};

const settingsOf = (options: Record<string, unknown>): Record<string, string> => {
  const names = settingsTable.flatMap(({ name, aliases, cliFlag }) => (cliFlag === null ? [] : [name, ...aliases]));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = options[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
};

const parseIssue = (text: string): number => {
  const number = Number(text.replace(/^#/, ''));
  if (!Number.isInteger(number) || number < 1)
    throw new CommanderError(2, 'bad-issue', `--issue: expected an issue number such as 12, got "${text}"`);
  return number;
};
