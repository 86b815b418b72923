import { globSync, readFileSync } from 'node:fs';
import { commandTable } from '../../src/core/request/command.js';
import { allSettingNames } from '../../src/core/settings/table.js';

/** Everything people read is a string somewhere in `src`; comments are for us. */
const texts = globSync('src/**/*.ts').map((file) => ({
  file,
  text: readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''),
}));

/** Settings the product is to have one day. */
const planned = [
  ...['review-model', 'timeout-extension-minutes', 'max-cost-usd', 'max-tokens', 'max-output-tokens'],
  ...['compare-model', 'failure-mode', 'validation-network', 'app-id', 'app-private-key'],
];

describe('what we advise', () => {
  it('names only commands that act', () => {
    const acting: readonly string[] = commandTable.filter(({ supported }) => supported).map(({ name }) => name);
    const told = texts.flatMap(({ file, text }) =>
      [...text.matchAll(/(?:\/aider|\$\{\w*[pP]refix\}) ([a-z]+)/g)].map(([, word = '']) => ({ file, word })),
    );
    expect(told.filter(({ word }) => !acting.includes(word))).toEqual([]);
    expect(told.map(({ word }) => word)).toContain('help');
  });

  it('names only settings there are', () => {
    const missing = planned.filter((name) => !allSettingNames.includes(name));
    const told = texts.flatMap(({ file, text }) =>
      missing.filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text)).map((name) => ({ file, name })),
    );
    expect(told).toEqual([]);
  });
});
