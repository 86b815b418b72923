import type { Report } from '../report/report.js';
import type { ValidationSummary } from '../report/summary.js';
import { lastRound } from '../report/validation.js';
import type { JudgedResult } from '../run/event.js';
import type { GuiltyRecord, Run } from '../run/run.js';
import { codeCell, defuseCell } from '../text/outgoing.js';
import { isNamed } from '../validation.js';
import { formatDuration, plural } from './format.js';
import { table, type Column } from './markdown.js';
import { resultWord } from './words.js';

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });

/** The last validation round against the baseline. */
export const renderValidationTable = ({ summary, run }: Report): string =>
  table(
    [left('Validation'), left('Command'), left('Result'), right('Time'), left('Before the run')],
    (lastRound(run)?.results ?? []).map((result, index) => [
      defuseCell(result.name),
      codeCell(result.command),
      [whatCame(result), namedFailures(result)].filter((part) => part !== '').join('<br>'),
      formatDuration(result.durationMs),
      before(run, summary.validation[index]),
    ]),
  );

const whatCame = (result: JudgedResult): string => {
  const { icon, word } = resultWord(result);
  const { passed, total } = result.tests ?? {};
  const counts = passed === undefined || total === undefined ? '' : `, ${passed} of ${plural(total, 'test')} passed`;
  return `${icon}\u00a0${word}${counts}`;
};

const shownFailures = 10;

/** The tests to blame somebody for; the report has them all. */
const namedFailures = ({ newFailures = [] }: JudgedResult): string => {
  const names = newFailures.slice(0, shownFailures).map((id) => `<sub>${codeCell(id)}</sub>`);
  const more = newFailures.length - names.length;
  return [...names, ...(more > 0 ? [`<sub>and ${more} more</sub>`] : [])].join('<br>');
};

const before = (run: Run, result: ValidationSummary | undefined): string => {
  if (result === undefined || result.baselineFailures === 0) return 'green';
  const isKnown = run.baseline?.some((each) => each.name === result.name && isNamed(each)) === true;
  return isKnown ? plural(result.baselineFailures, 'failure') : 'red';
};

/** Whose landing made what red, a line each. */
export const guiltyNotes = ({ guilty }: Run): readonly string[] =>
  // The first time it was looked for; a repair that failed finds the same again.
  [...Map.groupBy(guilty, ({ task, with: partner }) => `${task} ${partner ?? ''}`).values()].flatMap(([first]) =>
    first === undefined ? [] : [guiltyNote(first)],
  );

const guiltyNote = ({ task, with: partner, commands, runs }: GuiltyRecord): string => {
  const whom = partner === undefined ? task : `${task}, together with ${partner} (each alone is green)`;
  return `${commands.join(', ')} became red by ${whom}; found in ${plural(runs, 'run')}.`;
};

/** A line a command, with the tests that were red when it was. */
export const flakyNotes = ({ flaky }: Run): readonly string[] =>
  [...Map.groupBy(flaky, ({ name }) => name)].map(([name, found]) => {
    const tests = [...new Set(found.flatMap(({ failures }) => failures))];
    const named = tests.length === 0 ? '' : ` (${tests.slice(0, 3).join(', ')}${tests.length > 3 ? ', ...' : ''})`;
    return `${name} is flaky${named}: red, then green on the same files, ${plural(found.length, 'time')}. Nobody was blamed for it.`;
  });
