import fc from 'fast-check';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { cleaned } from '../../../src/adapters/gateway/clean-answer.js';
import type { Exchange } from '../../../src/adapters/gateway/exchange.js';
import type { Connections } from '../../../src/adapters/gateway/upstream.js';

const key = 'sk-abc-sk-abd';

const giving = (pieces: readonly Buffer[], headers: Readonly<Record<string, string>> = {}): Connections => ({
  send: () =>
    Promise.resolve({
      kind: 'answer',
      answer: {
        status: 200,
        headers,
        body: (async function* () {
          for (const piece of pieces) yield await Promise.resolve(piece);
        })(),
      },
    }),
  close: () => undefined,
});

const read = async (connections: Connections) => {
  const sent = await cleaned(connections).send({ upstream: { name: 'openai', base: '', key } } as unknown as Exchange);
  if (sent.kind === 'error') throw sent.error;
  const pieces: string[] = [];
  for await (const piece of sent.answer.body) pieces.push(piece.toString('latin1'));
  return { pieces, text: pieces.join(''), headers: sent.answer.headers };
};

describe('an answer on its way to a client', () => {
  it('never holds the key, however it is cut into pieces, and loses nothing else', async () => {
    const anyText = fc
      .array(
        fc.oneof(fc.constantFrom(key, 'sk-', 'sk-abc-', 'sk-abc-sk-ab', '-sk-abd', 'x'), fc.string({ maxLength: 5 })),
      )
      .map((parts) => parts.join(''));
    const anyCuts = fc.array(fc.nat(200), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anyText, anyCuts, async (text, cuts) => {
        const bytes = Buffer.from(text, 'latin1');
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
        const { text: seen } = await read(giving(pieces));
        expect(seen).toBe(bytes.toString('latin1').replaceAll(key, '***'));
      }),
    );
  });

  it('goes on piece by piece: nothing waits but what may begin a key', async () => {
    const { pieces } = await read(giving(['data: one\n\n', 'data: sk-a', 'pple\n\n'].map((text) => Buffer.from(text))));
    expect(pieces).toEqual(['data: one\n\n', 'data: ', 'sk-apple\n\n']);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('holds no key in a body packed with %s either', async (encoding, pack) => {
    const packed = pack(Buffer.from(`a ${key} b`));
    const { text, headers } = await read(giving([packed], { 'content-encoding': encoding, 'x-a': key, 'x-b': '1' }));
    expect(text).toBe('a *** b');
    expect(headers).toEqual({ 'x-b': '1' });
  });
});
