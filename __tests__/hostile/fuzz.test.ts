import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { logFacts } from '../../src/adapters/aider/analytics-log.js';
import { noFacts, readFacts } from '../../src/adapters/gateway/answer-facts.js';
import { parseJournal } from '../../src/core/run/parse-journal.js';
import { parseAnswer } from '../../src/adapters/models/parse-answer.js';
import { wireSchema } from '../../src/adapters/models/wire-schema.js';
import { parsePrd } from '../../src/core/parse-prd.js';
import { findCycle } from '../../src/core/plan/graph.js';
import { parsePlan } from '../../src/core/plan/parse-plan.js';
import { Prd } from '../../src/core/prd.js';
import { parseCommand } from '../../src/core/request/command.js';
import { parseTrigger } from '../../src/core/request/trigger.js';
import { parseSettings } from '../../src/core/settings/settings.js';
import { makeSafe } from '../../src/core/text/incoming.js';
import { anyPlan } from '../support/plans.js';

/** How often each parser is tried: `npm run fuzz` sets it high for the night. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);
const settings = { triggerLabel: 'aider', commandPrefix: '/aider' };

/** Text out of the signs that parsers care about. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!--',
        '-->',
        '<',
        '>',
        '</',
        '<b hidden>',
        '</b>',
        '[',
        ']',
        '](',
        '[^1]',
        '[^1]: ',
        '![',
        '`',
        '```',
        '~~~',
        '\n',
        '\n\n',
        '> ',
        '- ',
        '    ',
        '|',
        '|-|',
      ),
      fc.constantFrom(
        '&#60;',
        '&lt;',
        '&',
        ';',
        '\\',
        '"',
        "'",
        '/',
        '!',
        '/aider ',
        '{',
        '}',
        ':',
        ',',
        '\u200b',
        '\u202e',
        '\ud800',
        '<div ',
        'style="',
        '=',
        '<?',
        '<![CDATA[',
        '<style>',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const json = fc.jsonValue({ maxDepth: 4 });

/** A sound value with some of it replaced, removed or renamed. */
const mutated = (sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(sound, fc.array(fc.tuple(fc.nat(60), fc.oneof(json, soup, fc.constant(undefined))), { maxLength: 4 }))
    .map(([value, changes]) => {
      let seen = 0;
      const visit = (each: unknown): unknown => {
        seen += 1;
        const change = changes.find(([at]) => at === seen);
        if (change !== undefined) return change[1];
        if (Array.isArray(each)) return each.map(visit);
        if (typeof each !== 'object' || each === null) return each;
        return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, visit(inner)]));
      };
      return visit(value);
    });

const event = fc.record({
  action: fc.constantFrom('labeled', 'created', 'edited'),
  label: fc.record({ name: fc.constantFrom('aider', 'other') }),
  comment: fc.record({ id: fc.nat(), body: soup }),
  inputs: fc.record({ issue: fc.oneof(fc.constant('12'), soup), change: soup }),
  issue: fc.record({
    number: fc.integer({ min: 1 }),
    title: soup,
    body: soup,
    state: fc.constant('open'),
    locked: fc.boolean(),
  }),
  sender: fc.record({ login: fc.string({ minLength: 1 }), type: fc.constantFrom('User', 'Bot') }),
});

const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns });

describe('fuzzing', () => {
  it('event payloads become a trigger or are ignored, whatever they hold', () => {
    check(
      fc.tuple(fc.constantFrom('issues', 'issue_comment', 'workflow_dispatch', 'schedule', 'push'), mutated(event)),
      ([eventName, payload]) => {
        const trigger = parseTrigger({ eventName, payload, settings });
        if (trigger.kind === 'ignored') expect(trigger.message).not.toBe('');
        else if ('sender' in trigger) expect(trigger.sender.login).not.toBe('');
      },
    );
  });

  it('a command is one only where its first line says so', () => {
    check(soup, (comment) => {
      const { kind } = parseCommand(comment, { prefix: '/aider', onPullRequest: false });
      if (kind !== 'none') expect(comment.toLowerCase().replace(/[^a-z/]/g, '')).toContain('/aider');
    });
  });

  it('incoming text is settled after one pass, with nothing invisible and no command in front', () => {
    check(soup, (text) => {
      const safe = makeSafe(text, 500);
      expect(makeSafe(safe, 500)).toBe(safe);
      expect(safe).not.toMatch(/^[/!]|[\u200b\u202e]/);
      expect(safe.isWellFormed()).toBe(true);
    });
  });

  it('a plan is refused with faults, or holds every guarantee', () => {
    check(fc.oneof(mutated(anyPlan), json), (input) => {
      const parsed = parsePlan(input, { protectedFiles: ['.env*', '.github/**'] });
      if (!parsed.ok) return expect(parsed.failure.length).toBeGreaterThan(0);
      const { tasks } = parsed.value.plan;
      expect(findCycle(tasks)).toBeUndefined();
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
    });
  });

  it('settings are values or faults that name their key', () => {
    const yaml = fc.oneof(
      soup,
      fc
        .dictionary(fc.constantFrom('model', 'files', 'max-agents', 'validation', 'api-base', 'x'), json)
        .map((value) => JSON.stringify(value)),
    );
    check(yaml, (text) => {
      let file: unknown;
      try {
        file = parseYaml(text);
      } catch {
        file = text;
      }
      const parsed = parseSettings({ inputs: {}, file, env: {} });
      if (!parsed.ok) expect(parsed.failure.every(({ key, mend }) => key !== undefined && mend !== '')).toBe(true);
    });
  });

  it('PRD Markdown is a whole PRD or a list of faults', () => {
    check(
      fc.oneof(
        soup,
        fc.tuple(soup, soup).map(([a, b]) => `# ${a}\n\n## Goal\n\n${a}\n\n## Acceptance criteria\n\n- ${b}\n`),
      ),
      (text) => {
        const parsed = parsePrd(text);
        if (parsed.ok) expect(Prd.safeParse(parsed.value).success).toBe(true);
        else expect(parsed.failure.length).toBeGreaterThan(0);
      },
    );
  });

  it('model answers are values of the schema or faults', () => {
    const wire = wireSchema(Prd);
    check(
      fc.oneof(
        soup,
        json.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const parsed = parseAnswer(text, Prd, wire);
        if (!parsed.ok) expect(parsed.failure.length).toBeGreaterThan(0);
      },
    );
  });

  it("Aider's analytics log gives counts that are none for lines that are broken", () => {
    const line = fc.oneof(
      soup,
      json.map((value) => JSON.stringify(value)),
      fc.constant('{"event":"message_send","properties":{}}'),
    );
    check(fc.array(line, { maxLength: 8 }), (lines) => {
      const facts = logFacts(lines.join('\n'));
      expect(facts.sends).toBe(
        lines
          .join('\n')
          .split('\n')
          .filter((each) => each === '{"event":"message_send","properties":{}}').length,
      );
    });
  });

  it('a journal gives its events up to the first broken line', () => {
    check(
      fc.array(
        fc.oneof(
          soup,
          json.map((value) => JSON.stringify(value)),
        ),
        { maxLength: 5 },
      ),
      (rest) => {
        const first = JSON.stringify({ type: 'warning', message: 'x', seq: 1, at: 1 });
        const events = parseJournal([first, ...rest, ''].join('\n'));
        expect(events[0]).toMatchObject({ seq: 1, type: 'warning' });
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      },
    );
  });

  it('usage in an answer is counted as whole numbers of tokens or not at all', () => {
    const usage = fc.record({
      usage: fc.oneof(
        json,
        fc.record({
          prompt_tokens: fc.oneof(fc.nat(), fc.double(), soup),
          completion_tokens: fc.oneof(fc.integer(), json),
        }),
      ),
    });
    check(fc.tuple(fc.constantFrom('openai', 'anthropic', 'gemini'), fc.oneof(json, usage)), ([provider, document]) => {
      const { tokens } = readFacts(provider, noFacts, document);
      for (const count of Object.values(tokens ?? {})) expect(Number.isInteger(count) && count >= 0).toBe(true);
    });
  });
});
