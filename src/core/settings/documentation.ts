import { outputsTable } from './outputs.js';
import { settingsTable, type Setting } from './table.js';

const rows: readonly Setting[] = settingsTable;

const defaultOf = (row: Setting): string => row.defaultNote ?? (row.default ? `\`${row.default}\`` : '');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** The table of inputs as the README shows it. */
export const renderInputsTable = (): string =>
  table(
    ['input', 'default', 'meaning'],
    rows.map((row) => [
      [row.name, ...row.aliases].map((name) => `\`${name}\``).join(', '),
      defaultOf(row),
      row.description,
    ]),
  );

/** The table of outputs as the README shows it. */
export const renderOutputsTable = (): string =>
  table(
    ['output', 'meaning'],
    outputsTable.map((row) => [`\`${row.name}\``, row.description]),
  );

/** What a setting means, with its default, as `action.yml` and the help of the command line say it. */
export const describeSetting = (row: Setting): string => {
  const note = defaultOf(row);
  return note === '' || row.name === 'github-token' ? row.description : `${row.description} Default: ${note}.`;
};

const inputsOf = (row: Setting) => [
  [row.name, describeSetting(row)] as const,
  ...row.aliases.map((alias) => [alias, `Another name for \`${row.name}\`.`] as const),
];

/**
 * `action.yml` as data. It names no defaults but the token's: the runner would send a default as if a person had
 * given it, and it would win over the settings file.
 */
export const actionMetadata = () => ({
  name: 'Aider orchestrator',
  description: 'Turns a labelled issue into one validated pull request written by several Aider agents in parallel',
  author: 'aider-orchestrator',
  branding: { icon: 'git-pull-request', color: 'purple' },
  inputs: Object.fromEntries(
    rows
      .flatMap(inputsOf)
      .map(([name, description]) => [
        name,
        { description, required: false, ...(name === 'github-token' && { default: '${{ github.token }}' }) },
      ]),
  ),
  outputs: Object.fromEntries(outputsTable.map(({ name, description }) => [name, { description }])),
  runs: { using: 'node24', main: 'dist/index.js', post: 'dist/post.js' },
});

const between = (text: string, name: string, body: string): string => {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(open);
  const to = text.indexOf(close, from);
  if (from < 0 || to < 0) return `${text.trimEnd()}\n\n${open}\n${body}\n${close}\n`;
  return `${text.slice(0, from + open.length)}\n${body}\n${text.slice(to)}`;
};

/** The README with its tables of inputs and outputs replaced; the markers are added at the end when they are missing. */
export const fillReadme = (readme: string): string =>
  between(between(readme, 'inputs', renderInputsTable()), 'outputs', renderOutputsTable());
