import { parsePrd } from '../../src/core/parse-prd.js';
import { renderPrd } from '../../src/core/render/prd.js';
import { aPrd } from '../support/builders.js';

const written = `Before all.

# PRD: Fast search #

## Goal

Search answers at once.

It also *looks* well.

## Scope
- the \`index\`
- src
  - and below

## Non-Goals

Nobody asked:

* ranking

### Acceptance criteria:

1. AC1: It answers.
2. **AC7** - It is \`fast\`.
3. Plain words

## Risks
none

## Open questions
- Who pays?

## Something else
- unread
`;
const messages = (text: string): readonly string[] => {
  const parsed = parsePrd(text);
  return parsed.ok ? [] : parsed.failure;
};

describe('a PRD that a request brings', () => {
  it('is read from its headings and lists', () => {
    expect(parsePrd(written)).toEqual({
      ok: true,
      value: {
        title: 'Fast search',
        goal: 'Search answers at once.\n\nIt also *looks* well.',
        scope: ['the `index`', 'src\n- and below'],
        nonGoals: ['ranking'],
        acceptance: [
          { id: 'AC1', text: 'It answers.' },
          { id: 'AC2', text: 'It is `fast`.' },
          { id: 'AC3', text: 'Plain words' },
        ],
        risks: [],
        openQuestions: ['Who pays?'],
      },
    });
  });

  it('is read as it was meant when we wrote it ourselves', () => {
    const prd = aPrd({ nonGoals: ['speed'], risks: ['time'], openQuestions: ['when?'] });
    expect(parsePrd(renderPrd(prd))).toEqual({ ok: true, value: prd });
  });

  it('may be JSON', () => {
    expect(parsePrd(`\n  ${JSON.stringify(aPrd())}`)).toEqual({ ok: true, value: aPrd() });
    expect(messages('{"title": ')).toEqual([expect.stringMatching(/^it begins like JSON but is none: .*JSON/)]);
  });

  it('is told all that it lacks, in words for who wrote it', () => {
    expect(messages('Only words.\n\n## Not the title')).toEqual([
      'title: expected a first heading with the title',
      'goal: expected a section "Goal" with a text',
      'acceptance: expected a section "Acceptance criteria" with a list of at least one item',
    ]);
    expect(messages(JSON.stringify({ ...aPrd(), risks: [1], more: true }))).toEqual([
      expect.stringMatching(/^risks\.0: .*string/),
      expect.stringMatching(/^document: .*more/),
    ]);
  });
});
