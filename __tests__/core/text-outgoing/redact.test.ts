import fc from 'fast-check';
import { redact } from '../../../src/core/text/redact.js';

const key = 'topSecret+value/with "quotes"';
const b64 = (text: string): string => Buffer.from(text).toString('base64');

describe('redact', () => {
  it.each([
    ['as it is', key],
    ['in base64', b64(key)],
    ['in base64 behind a user name', b64(`x-access-token:${key}`)],
    ['in base64 behind one more character', b64(`ab:${key}`)],
    ['in the URL alphabet of base64', Buffer.from(key).toString('base64url')],
    ['in a URL', encodeURIComponent(key)],
    ['in JSON', JSON.stringify({ key })],
  ])('hides a known value %s', (_name, text) => {
    const safe = redact(`before ${text} after`, [key]);
    expect(safe).toContain('***');
    expect(safe).not.toContain(key);
    expect(safe).not.toContain(text);
    expect(safe).toMatch(/^before .* after$/);
    const decoded = safe.split(' ').map((word) => Buffer.from(word.replace('***', ''), 'base64').toString());
    expect(decoded.join()).not.toContain('Secret');
  });

  it.each([
    ['an old GitHub token', `ghp_${'a1'.repeat(18)}`],
    ['an installation token of the new form', `ghs_123_${'eyJ.ab-c_'.repeat(40)}x`],
    ['a fine-grained token', `github_pat_${'A1b2_'.repeat(10)}`],
    ['an OpenAI key', `sk-proj-${'aB3_'.repeat(10)}`],
    ['an Anthropic key', `sk-ant-api03-${'aB3-'.repeat(10)}x`],
    ['a Google key', `AIza${'Sy0-_'.repeat(7)}`],
    ['an xAI key', `xai-${'a1'.repeat(20)}`],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----'],
  ])('hides %s it was never told of', (_name, secret) => {
    expect(redact(`key=${secret}, next`, [])).toBe('key=***, next');
  });

  it.each(['a risk-free sketch', 'task-1', 'ghost_writer', 'src/sk-test.ts', 'commit 0123456789abcdef'])(
    'leaves %j alone',
    (text) => {
      expect(redact(text, [])).toBe(text);
    },
  );

  it('does not let a short value hide ordinary words', () => {
    expect(redact('one of us', ['', 'of'])).toBe('one of us');
    expect(redact('src/ollama.ts is not-needed', ['ollama', 'not-needed'])).toBe('src/ollama.ts is not-needed');
  });

  it('hides every line of a key of many lines', () => {
    const pem = 'MIIEpAIBAAKCAQEA1111\nq9Zz8Yy7Xx6Ww5Vv4222\n';
    expect(redact('line: q9Zz8Yy7Xx6Ww5Vv4222', [pem])).toBe('line: ***');
    expect(redact(JSON.stringify(pem), [pem])).toBe('"***"');
  });

  it('leaves no part of a secret that overlaps another', () => {
    expect(redact('abcdefghijklmnopq', ['abcdefghijklm', 'defghijklmnopq'])).toBe('***');
  });

  it('is idempotent and no secret survives, wherever it stands', () => {
    const secret = fc
      .string({ minLength: 12, maxLength: 30, unit: 'binary' })
      .filter((text) => text.trim().length >= 12);
    const soup = fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.constant('***')), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), soup, fc.nat(), (secrets, parts, pick) => {
        const hiddenOne = secrets[pick % secrets.length] as string;
        const forms = [
          hiddenOne,
          JSON.stringify(hiddenOne),
          b64(hiddenOne),
          encodeURIComponent(hiddenOne.toWellFormed()),
        ];
        const text = parts.join(forms[pick % forms.length]);
        const safe = redact(text, secrets);
        expect(redact(safe, secrets)).toBe(safe);
        for (const each of secrets) expect(safe.includes(each) && !'***'.includes(each)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
