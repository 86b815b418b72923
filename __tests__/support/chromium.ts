import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, Ubuntu and macOS put a Chromium; `CHROMIUM` names another. */
const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;

/** The path of a browser; throws with what to do where there is none. */
export const findChromium = (): string => {
  const named = process.env['CHROMIUM'];
  const found = [...(named === undefined ? [] : [named]), ...usual].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium found, and this test looks at a page in a real browser. ' +
      'Run `sudo apt-get install -y chromium`, or name one: CHROMIUM=/path/to/chromium npm test',
  );
};

/** A headless browser that can reach loopback only by what the test gives it. Close it after use. */
export const startChromium = async (): Promise<Browser> =>
  await chromium.launch({
    executablePath: findChromium(),
    // A container's root user and small /dev/shm stop Chromium otherwise.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
