import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openPrices, pricesFileName } from '../../../src/adapters/prices/prices.js';

let packages: string;
beforeEach(() => (packages = mkdtempSync(join(tmpdir(), 'prices-'))));
afterEach(() => rmSync(packages, { recursive: true }));

const install = (text: string): string => {
  const file = join(packages, pricesFileName);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const table = JSON.stringify({
  'gpt-x': { litellm_provider: 'openai', input_cost_per_token: 1, output_cost_per_token: 2 },
});

describe('prices', () => {
  it('come from the table that Aider was installed with, which is named with both versions', () => {
    for (const name of ['litellm-1.81.10.dist-info', 'aider_chat-0.86.2.dist-info', 'litellm_x-9.dist-info'])
      mkdirSync(join(packages, name));
    const prices = openPrices({ file: install(table) });
    expect(prices.priceOf('openai/gpt-x')).toMatchObject({ inputPerToken: 1, outputPerToken: 2 });
    expect(prices.priceOf('openai/gpt-y')).toBeUndefined();
    expect(prices.source()).toBe('litellm 1.81.10, as bundled with Aider 0.86.2');
  });

  it('are asked for again once Aider has been installed', () => {
    let file: string | undefined;
    const prices = openPrices({ file: () => file });
    expect(prices.priceOf('gpt-x')).toBeUndefined();
    file = join(packages, pricesFileName);
    expect(prices.priceOf('gpt-x')).toBeUndefined();
    install(table);
    expect(prices.priceOf('gpt-x')).toBeDefined();
  });

  it('are unknown, and have no source, without a table', () => {
    const prices = openPrices({ file: '' });
    expect([prices.priceOf('gpt-x'), prices.source()]).toEqual([undefined, 'no price table']);
  });

  it('are unknown where the table is broken', () => {
    const prices = openPrices({ file: install('{"gpt-x":') });
    expect(prices.priceOf('gpt-x')).toBeUndefined();
    expect(prices.source()).toBe('price table of litellm, version unknown');
  });
});
