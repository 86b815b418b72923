import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseArguments } from '../../src/adapters/command-line/parse-arguments.js';
import { parseSettingsFile } from '../../src/adapters/files/settings-file.js';
import { boundRequest } from '../../src/adapters/gateway/bound-request.js';
import { readCassette } from '../../src/adapters/gateway/cassette.js';
import { mergeHunks, readMarked, union } from '../../src/core/conflicts/hunks.js';
import { parseModelName } from '../../src/core/models.js';
import { parseSplit } from '../../src/core/plan/split.js';
import { readTestResults } from '../../src/core/test-results/read-test-results.js';
import { TestResults } from '../../src/core/test-results/test-results.js';

/* What test runners, clients of the gateway, git and people's files hand to our parsers. */

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);

const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns });

const fixtures = join(import.meta.dirname, '../core/test-results/fixtures');
const reports = readdirSync(fixtures).map((name) => readFileSync(join(fixtures, name), 'utf8'));
const reportLines = [...new Set(reports.flatMap((text) => text.split('\n')))];

/** Lines of real runners of every kind, cut, mixed and joined with what none prints. */
const mixedReport = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...reportLines) },
      fc.constantFrom(...reportLines).chain((line) => fc.nat(line.length).map((end) => line.slice(0, end))),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        '<testsuite>',
        '</testsuites>',
        '<![CDATA[',
        '<!DOCTYPE x [<!ENTITY a "&a;&a;">]>',
        '&a;',
        '\u001b]',
      ),
    ),
    { maxLength: 60 },
  )
  .map((lines) => lines.join('\n'));

const heard = (text: string, file: string) => ({
  ...{ stdout: text, output: text, files: file === '' ? [] : [file] },
  ...{ root: '/repository', isCut: false },
});

/** Repeated to a length no runner prints, so that a pattern that goes over it again and again would take minutes. */
const bombs = [
  '(',
  '<testsuite ',
  '<a>',
  ' ',
  '\t',
  '\u001b]',
  'not ok ',
  '    # Subtest: x\n',
  '● ',
  'a › ',
  '    at ',
  '{"Action":"fail"',
];
const bombBytes = 1_000_000;

const limitNames = {
  chat: ['max_tokens', 'max_completion_tokens'],
  responses: ['max_output_tokens'],
  messages: ['max_tokens'],
  gemini: ['maxOutputTokens'],
} as const;

/** Every limit of output that a provider of the protocol would read. */
const limitsIn = (protocol: keyof typeof limitNames, sent: Record<string, unknown>): readonly unknown[] => {
  const config = (protocol === 'gemini' ? sent['generationConfig'] : sent) as Record<string, unknown>;
  return limitNames[protocol].flatMap((name) => (name in config ? [config[name]] : []));
};

describe('fuzzing what comes from outside', () => {
  it('a report of tests is results of their own form, or none', () => {
    check(fc.tuple(mixedReport, mixedReport), ([text, file]) => {
      const results = readTestResults(heard(text, file));
      if (results !== undefined) expect(() => TestResults.parse(results)).not.toThrow();
    });
  });

  it.each(bombs)('a report that is %j without end is soon read', (piece) => {
    const text = piece.repeat(Math.ceil(bombBytes / piece.length));
    const startedAt = performance.now();
    readTestResults(heard(text, text));
    readTestResults(heard(`not ok 1 - ${text}`, `<testsuites><testsuite><testcase name="${text}">`));
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('a request to a model is refused, or bounded whatever its bytes are', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        ' ',
        '\n',
        '\ufeff',
        'null',
        '1e999',
        '-1',
        '0.5',
        '9007199254740993',
      ],
      ...['"model":"m"', '"max_tokens":', '"max_completion_tokens":9', '"maxOutputTokens":5', '"generationConfig":{'],
      ...['"n":', '"stream":true', '"__proto__":', '"max_\\u0074okens":', '"contents":[]', '"candidateCount":4'],
    );
    const bytes = fc.oneof(
      fc.array(pieces, { maxLength: 14 }).map((parts) => Buffer.from(`{${parts.join('')}}`)),
      fc.array(pieces, { maxLength: 7 }).map((parts) => Buffer.from(`{${parts.join(',')}}`)),
      fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each)),
    );
    check(fc.tuple(fc.constantFrom('chat', 'responses', 'messages', 'gemini'), bytes), ([protocol, body]) => {
      const path = protocol === 'gemini' ? '/models/g:generateContent' : '/x';
      const asked = { provider: 'openai', isOwnBase: true, protocol, path, body, maxOutputTokens: 1000 } as const;
      const bounded = boundRequest(asked);
      if (!bounded.ok) return;
      expect(bounded.value.bounds.output).toBeGreaterThanOrEqual(1);
      const sent = JSON.parse(bounded.value.body.toString()) as Record<string, unknown>;
      const limits = limitsIn(protocol, sent);
      expect(limits.length).toBeGreaterThan(0);
      for (const limit of limits) expect(limit).toBeLessThanOrEqual(1000);
    });
  });

  it('a file with marks of conflicts is read back to the letter, or has none', () => {
    const labels = { ours: 'a1', theirs: 'b2' };
    const line = fc.oneof(
      fc.constantFrom('<<<<<<< a1', '||||||| 00', '=======', '>>>>>>> b2', '<<<<<<< other', '>>>>>>> other', ''),
      fc.string({ maxLength: 5 }),
    );
    check(fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '')), { maxLength: 20 }), (lines) => {
      const text = lines.map((each) => each.join('')).join('');
      const parts = readMarked(text, labels);
      if (parts === undefined) return;
      for (const part of parts)
        for (const piece of Object.values('hunk' in part ? part.hunk : part)) expect(text).toContain(piece);
      expect(mergeHunks(parts, union).length).toBeLessThanOrEqual(text.length);
    });
  });

  it('settings files are a value or one error, and never run or expand anything', () => {
    const piece = fc.constantFrom(
      'a: &x [*x]\n',
      'a: &a [1]\n',
      'b: *a\n',
      '? ',
      '- ',
      '!!js/function ',
      '!!binary x',
      '<<: *a\n',
      '{',
      '}',
      '"',
      "'",
      '|\n',
      '%YAML 9.9\n',
      '---\n',
      '...\n',
      '\t',
      'model: x\n',
    );
    check(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 12 }), (pieces) => {
      let value: unknown;
      try {
        value = parseSettingsFile(pieces.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      expect(JSON.stringify(value)?.length ?? 0).toBeLessThan(100_000);
    });
  });

  it('cassettes are takes, or what is wrong with the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
    const file = join(folder, 'x.ndjson');
    const head = '{"cassette":"aider-orchestrator","version":1}';
    try {
      check(fc.array(fc.oneof(fc.constantFrom(head, '', '{'), fc.json()), { maxLength: 5 }), (lines) => {
        writeFileSync(file, lines.join('\n'));
        const read = readCassette(file);
        if (!read.ok) expect(read.failure).toContain(file);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('names of models, splits and command lines are values or faults', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'run',
        'plan',
        '--json',
        '--issue',
        '-1',
        '--',
        '--model',
        'openai/x',
        '--change=',
        '--max-agents',
      ),
      fc.string({ maxLength: 8 }),
    );
    check(fc.array(word, { maxLength: 6 }), (words) => {
      expect(typeof parseArguments(words, '1.0.0').ok).toBe('boolean');
      expect(typeof parseModelName(words.join('')).ok).toBe('boolean');
      expect(typeof parseSplit(words.join(':')).ok).toBe('boolean');
    });
  });
});
