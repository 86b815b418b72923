import { parseWorkflowCommands } from './runner/index.js';

/** A line of a step as the log of a job shows it: commands are carried out, not shown, but for annotations. */
export const showLine = (line: string): readonly string[] => {
  if (!/^::[\w-]+.*::/.test(line)) return [line];
  return parseWorkflowCommands(line).annotations.flatMap(({ level, message }) =>
    message.split('\n').map((text, n) => (n === 0 ? `${level}: ${text}` : `  ${text}`)),
  );
};
