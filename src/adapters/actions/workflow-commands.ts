import { randomUUID } from 'node:crypto';

/*
 * How a step speaks to its runner (GitHub's documentation: "Workflow commands for GitHub Actions"). The few lines that
 * are needed stand here: the official toolkit brings an HTTP client of its own, a third of the time this bundle took
 * to start.
 */

/** A line the runner obeys. Line ends and percent signs of the message are escaped, so that it stays one line. */
export const workflowCommand = (name: 'add-mask' | 'warning' | 'error', message: string): string =>
  `::${name}::${message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`;

/** A line of GITHUB_OUTPUT or GITHUB_STATE, for a value that may hold anything: nobody can guess where it ends. */
export const fileCommand = (name: string, value: string): string => {
  const delimiter = `end_${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
};

/** Text between marks: the runner reads no commands there, whatever the text holds. */
export const literally = (message: string): string => {
  const mark = randomUUID();
  return `::stop-commands::${mark}\n${message}\n::${mark}::\n`;
};
