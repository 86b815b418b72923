import sax from 'sax';
import { toResults, type Failing, type TestResults } from './test-results.js';

interface Case {
  readonly id: string;
  failed: boolean;
  skipped: boolean;
  text: string;
}

/**
 * A JUnit report: every `testcase` at any depth, failed by a `failure` or an `error` within it. Undefined for any other
 * document. There is no one schema of it; these names are what Ant's, Surefire's, Gradle's, pytest's, jest-junit's and
 * Node's have in common. No entity that the document declares is expanded.
 */
export const parseJUnit = (xml: string): TestResults | undefined => {
  const cases: Case[] = [];
  let now: Case | undefined;
  let isReport = false;
  let cutShort = false;
  let open = 0;
  const parser = sax.parser(true, { position: false });
  parser.onerror = () => {
    cutShort = true;
  };
  parser.onopentag = ({ name, attributes }) => {
    open += 1;
    const of = (key: string): string => String(attributes[key] ?? '');
    if (open === 1) isReport = name === 'testsuites' || name === 'testsuite';
    if (name === 'testcase') now = { id: idOf(of), failed: false, skipped: false, text: '' };
    if (now === undefined) return;
    if (name === 'failure' || name === 'error') {
      now.failed = true;
      now.text += `${of('message')}\n`;
    }
    if (name === 'skipped') now.skipped = true;
  };
  const onText = (text: string): void => {
    if (now?.failed === true && now.text.length < maxText) now.text += text;
  };
  parser.ontext = onText;
  parser.oncdata = onText;
  parser.onclosetag = (name) => {
    open -= 1;
    if (name !== 'testcase' || now === undefined) return;
    cases.push(now);
    now = undefined;
  };
  // Only the first error counts: what follows it is guesswork.
  for (let at = 0; at < xml.length && !cutShort; at += chunk) parser.write(xml.slice(at, at + chunk));
  if (!isReport) return undefined;
  const failures: readonly Failing[] = cases.filter(({ failed }) => failed);
  const passed = cases.filter(({ failed, skipped }) => !failed && !skipped).length;
  return toResults({ format: 'junit', passed, total: cases.length, failures, cutShort: cutShort || open > 0 });
};

const maxText = 20_000;
const chunk = 65_536;

const idOf = (of: (key: string) => string): string =>
  [...new Set([of('file'), of('classname'), of('name')])].filter((part) => part !== '').join(' > ');
