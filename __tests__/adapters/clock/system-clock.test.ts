import { systemClock } from '../../../src/adapters/clock/system-clock.js';

describe('the clock', () => {
  it.each([2 ** 31, 1e300, Infinity])('does not wake at once from a sleep of %s ms', async (ms) => {
    const waking = new AbortController();
    const order: string[] = [];
    const long = systemClock.sleep(ms, waking.signal).then(() => order.push('long'));
    await systemClock.sleep(10).then(() => order.push('short'));
    waking.abort();
    await long;
    expect(order).toEqual(['short', 'long']);
  });
});
