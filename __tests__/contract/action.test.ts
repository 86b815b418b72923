import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { commandTable } from '../../src/core/request/command.js';
import { actionMetadata, fillReadme } from '../../src/core/settings/documentation.js';
import { outputsTable } from '../../src/core/settings/outputs.js';
import { settingsTable, type Setting } from '../../src/core/settings/table.js';

const read = (name: string): string => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
const action = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; default?: string; required: boolean }>;
  outputs: Record<string, { description: string }>;
  runs: unknown;
  branding: unknown;
};
const rows: readonly Setting[] = settingsTable;

describe('action.yml', () => {
  it('is what `npm run readme` writes', () => {
    expect(action).toEqual(actionMetadata());
  });

  it('has an input for every setting and alias, and no other', () => {
    expect(Object.keys(action.inputs)).toEqual(rows.flatMap((row) => [row.name, ...row.aliases]));
  });

  it('tells every default in words', () => {
    const told = rows.filter((row) => row.default);
    expect(told.length).toBeGreaterThan(10);
    for (const row of told) expect(action.inputs[row.name]?.description).toContain(`Default: \`${row.default}\`.`);
  });

  it('sends no default but the token, so that the settings file can be heard', () => {
    const sent = Object.entries(action.inputs).filter(([, input]) => input.default !== undefined);
    expect(sent.map(([name, input]) => [name, input.default])).toEqual([['github-token', '${{ github.token }}']]);
  });

  it('has every output', () => {
    expect(Object.keys(action.outputs)).toEqual([
      'status',
      'pull-request-number',
      'pull-request-url',
      'branch',
      'head-sha',
      'plan-hash',
      'tasks-total',
      'tasks-succeeded',
      'tasks-failed',
      'iterations',
      'total-cost-usd',
      'total-tokens',
      'duration-seconds',
      'time-saved-seconds',
      'prd-path',
      'summary-path',
      'report-path',
    ]);
    expect(outputsTable.every((row) => row.description.endsWith('.'))).toBe(true);
  });

  it('runs on Node 24 with a post step', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/post.js' });
    expect(action.branding).toEqual({ icon: 'git-pull-request', color: 'purple' });
  });
});

describe('README.md', () => {
  it('holds the tables `npm run readme` writes', () => {
    const readme = read('README.md');
    expect(readme).toContain('<!-- inputs -->');
    expect(fillReadme(readme)).toBe(readme);
  });

  it('has a row for every command that acts, and for no other', () => {
    const told = [...read('README.md').matchAll(/^\| `\/aider (\w+)/gm)].map(([, word = '']) => word);
    const acting = commandTable.filter(({ name, supported }) => supported && name !== 'start').map(({ name }) => name);
    expect(told).toEqual(acting);
  });
});
