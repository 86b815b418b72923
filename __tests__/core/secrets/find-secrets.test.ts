import { findSecrets, secretsInCode } from '../../../src/core/secrets/find-secrets.js';

const key = `gh${'p_'}aB3dE5fG7hJ9kL2mN4pQ`;

describe('secrets in a text', () => {
  it('are found where they stand, every one', () => {
    expect(findSecrets(`a ${key} b ${key}`).map(({ start, end, pattern }) => [start, end, pattern.name])).toEqual([
      [2, 2 + key.length, 'GitHub token'],
      [5 + key.length, 5 + 2 * key.length, 'GitHub token'],
    ]);
    expect(findSecrets('nothing of the kind')).toEqual([]);
  });

  it('are named once in code, whatever their number', () => {
    expect(secretsInCode(`${key} ${key}`)).toEqual(['GitHub token']);
    expect(secretsInCode('')).toEqual([]);
  });

  it.each([
    ['says so', `gh${'p_'}EXAMPLE5fG7hJ9kL2mN4pQ`],
    ['says to put in your own', `gh${'p_'}your_fG7hJ9kL2mN4pQ8`],
    ['is one letter over and over', `gh${'p_'}${'a'.repeat(30)}`],
    ['is hardly more than that', `gh${'p_'}${'abca'.repeat(8)}`],
  ])('are no secrets in code where a value %s', (_, value) => {
    expect(secretsInCode(value)).toEqual([]);
    expect(findSecrets(value)).toHaveLength(1);
  });

  it('are secrets where the letters are as few but differ enough', () => {
    expect(secretsInCode(`gh${'p_'}${'abcde'.repeat(6)}`)).toEqual(['GitHub token']);
  });

  it('are left alone in code where samples of the kind are common, and found in output', () => {
    const address = 'https://user:aB3dE5fG7@a.test';
    expect(secretsInCode(address)).toEqual([]);
    expect(findSecrets(address)).toHaveLength(1);
  });
});
