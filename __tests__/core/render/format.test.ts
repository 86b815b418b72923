import {
  formatCost,
  formatCount,
  formatDuration,
  formatShare,
  formatUsd,
  plural,
} from '../../../src/core/render/format.js';

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [0.00001, '<$0.0001'],
    [0.0312, '$0.0312'],
    [0.99994, '$0.9999'],
    [0.99996, '$1.00'],
    [1.239, '$1.24'],
    [1234.5, '$1234.50'],
  ])('%d is %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  it('is a lower bound or unknown when a price is', () => {
    expect(formatCost({ usd: 0.5, known: true })).toBe('$0.5000');
    expect(formatCost({ usd: 0.5, known: false })).toBe('≥ $0.5000');
    expect(formatCost({ usd: 0, known: false })).toBe('unknown');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [430, '0.4 s'],
    [4000, '4 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 m'],
    [72_000, '1 m 12 s'],
    [3_599_600, '1 h'],
    [7_500_000, '2 h 5 m'],
    [7_199_000, '2 h'],
    [-1500, '−1.5 s'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('counts', () => {
  it.each([
    [999, '999'],
    [1000, '1.0k'],
    [77_800, '77.8k'],
    [999_960, '1.00M'],
  ])('%d is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it('agree with their noun', () => {
    expect([plural(1, 'task'), plural(0, 'task'), plural(2, 'batch', 'batches')]).toEqual([
      '1 task',
      '0 tasks',
      '2 batches',
    ]);
    expect(formatShare(5 / 6)).toBe('83 %');
  });
});
