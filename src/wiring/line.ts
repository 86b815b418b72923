import type { CommandLine } from '../adapters/command-line/parse-arguments.js';

/** A command line of one kind. */
export type Line<Kind extends CommandLine['kind']> = Extract<CommandLine, { kind: Kind }>;
