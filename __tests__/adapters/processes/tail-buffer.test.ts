import { tailBuffer } from '../../../src/adapters/processes/tail-buffer.js';

const secret = 'S3CRET-0123456789-0123456789';
const redact = (text: string): string => text.replaceAll(secret, '***');

describe('the tail of a stream', () => {
  it('has no part of a secret that stands across its cut', () => {
    const tail = tailBuffer({ maxBytes: 100, redact });
    tail.push(Buffer.from('x'.repeat(20_000)));
    tail.push(Buffer.from(secret.slice(0, 10)));
    tail.push(Buffer.from(`${secret.slice(10)}${'y'.repeat(90)}`));
    expect(tail.text()).toBe(`${'x'.repeat(7)}***${'y'.repeat(90)}`);
  });

  it('has no part of a secret that begins before it', () => {
    const tail = tailBuffer({ maxBytes: 100, redact });
    tail.push(Buffer.from(`${secret}${'ä'.repeat(49)}y`));
    expect(tail.text()).toBe(`*${'ä'.repeat(49)}y`);
    expect(tailBuffer({ maxBytes: 10, redact }).text()).toBe('');
  });

  it('keeps all of what is short', () => {
    const tail = tailBuffer({ maxBytes: 100 });
    tail.push(Buffer.from(`a${secret}`));
    expect(tail.text()).toBe(`a${secret}`);
  });
});
