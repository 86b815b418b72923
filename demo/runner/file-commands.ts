/**
 * Reads what a step wrote to GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV: `name=value` lines and
 * `name<<delimiter` ... `delimiter` blocks, as the runner does (actions/runner, FileCommandManager). A later value
 * wins. Throws on anything else, as the runner fails the step.
 */
export const parseFileCommands = (text: string): Readonly<Record<string, string>> => {
  const lines = text.split(/\r?\n/);
  const values: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) values[line.slice(0, equals)] = line.slice(equals + 1);
    else if (heredoc > 0) at = readBlock(lines, at, values);
    else throw new Error(`Invalid format '${line}'`);
  }
  return values;
};

/** Reads one block into `values`; gives back the index of its last line. */
const readBlock = (lines: readonly string[], at: number, values: Record<string, string>): number => {
  const head = lines[at] ?? '';
  const [name = '', delimiter = ''] = [head.slice(0, head.indexOf('<<')), head.slice(head.indexOf('<<') + 2)];
  if (name === '' || delimiter === '') throw new Error(`Invalid format '${head}'`);
  const end = lines.indexOf(delimiter, at + 1);
  if (end === -1) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
  values[name] = lines.slice(at + 1, end).join('\n');
  return end;
};
