import { actionMetadata, fillReadme } from '../../../src/core/settings/documentation.js';
import { outputsTable as outputs } from '../../../src/core/settings/outputs.js';
import { settingsTable } from '../../../src/core/settings/table.js';

const rowsOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('| '));

describe('the tables of the README', () => {
  const empty =
    'Before\n<!-- inputs -->\nSTALE\n<!-- /inputs -->\nbetween\n<!-- outputs -->\n<!-- /outputs -->\nafter\n';

  it('stand between their marks, have a row for every setting and output, and leave all else as it is', () => {
    const filled = fillReadme(empty);
    expect(filled).toMatch(
      /^Before\n<!-- inputs -->\n\| input \| default \| meaning \|\n\| --- \| --- \| --- \|\n.*\n<!-- \/inputs -->\nbetween\n<!-- outputs -->\n\| output \| meaning \|\n\| --- \| --- \|\n.*\n<!-- \/outputs -->\nafter\n$/s,
    );
    expect(filled).not.toContain('STALE');
    expect(rowsOf(filled)).toHaveLength(settingsTable.length + outputs.length + 4);
    for (const { name } of [...settingsTable, ...outputs]) expect(filled).toContain(`| \`${name}\``);
  });

  it('name other names of a setting, and its default', () => {
    const rows = rowsOf(fillReadme(empty));
    expect(rows.find((row) => row.startsWith('| `prd-model`'))).toMatch(/^\| `prd-model`, `gemini-model` \|/);
    expect(rows.find((row) => row.startsWith('| `max-attempts`'))).toMatch(/\| `3` \|/);
    expect(rows.every((row) => row.startsWith('| ') && row.endsWith(' |'))).toBe(true);
  });

  it('are the same when they are filled in again, and go to the end where there are no marks', () => {
    const once = fillReadme('A readme\n\n');
    expect(once).toMatch(/^A readme\n\n<!-- inputs -->\n\| input/);
    expect(once).toMatch(/<!-- \/inputs -->\n\n<!-- outputs -->\n\| output/);
    expect(fillReadme(once)).toBe(once);
    expect(fillReadme(fillReadme(empty))).toBe(fillReadme(empty));
  });
});

describe('action.yml', () => {
  const metadata = actionMetadata() as {
    name: string;
    branding: object;
    inputs: Record<string, { description: string; required: boolean; default?: string }>;
    outputs: Record<string, { description: string }>;
    runs: object;
  };

  it('runs the bundle on Node 24', () => {
    expect(metadata).toMatchObject({
      runs: { using: 'node24', main: 'dist/index.js', post: 'dist/post.js' },
      branding: { icon: expect.any(String) as string, color: expect.any(String) as string },
    });
  });

  it('has every setting and its other names as an input that nobody must give, with its default in words', () => {
    const names = settingsTable.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(Object.keys(metadata.inputs).toSorted()).toEqual(names.toSorted());
    expect(Object.values(metadata.inputs).filter(({ required }) => required)).toEqual([]);
    expect(metadata.inputs['gemini-model']?.description).toBe('Another name for `prd-model`.');
    expect(metadata.inputs['max-attempts']?.description).toMatch(/ Default: `?3`?\.$/);
    expect(metadata.inputs['change']?.description).not.toContain('Default:');
  });

  it('gives a default to the token alone: an empty input is one nobody gave', () => {
    const given = Object.entries(metadata.inputs).filter((entry) => entry[1].default !== undefined);
    expect(given.map(([name, input]) => [name, input.default])).toEqual([['github-token', '${{ github.token }}']]);
    expect(metadata.inputs['github-token']?.description).not.toContain('Default:');
  });

  it('has every output', () => {
    expect(Object.keys(metadata.outputs)).toEqual(outputs.map(({ name }) => name));
    expect(metadata.outputs['status']?.description).not.toBe('');
  });
});
