import { parseCargoText } from './cargo-text.js';
import { parseCoverageText } from './coverage-text.js';
import { parseGoJson } from './go-json.js';
import { parseGoText } from './go-text.js';
import { parseJestJson } from './jest-json.js';
import { parseJestText } from './jest-text.js';
import { parseJUnit } from './junit.js';
import { parseMochaText } from './mocha-text.js';
import { parseNodeSpec } from './node-spec.js';
import { parsePytestText } from './pytest-text.js';
import { parseTap } from './tap.js';
import { mergeResults, type TestResults } from './test-results.js';
import { parseUnittestText } from './unittest-text.js';
import { parseVitestText } from './vitest-text.js';

/** All that a command left to read. */
export interface Heard {
  readonly stdout: string;
  /** Both streams as they came. */
  readonly output: string;
  /** Texts of the files it wrote that may be reports. */
  readonly files: readonly string[];
  /** The folder it ran in, as it saw it: taken out of every text, so that names are the same in every clone. */
  readonly root: string;
  /** Only the end of what was printed is there: names may be missing. */
  readonly isCut: boolean;
}

/**
 * What a command's test runners said: files before documents on stdout before text for people, since a runner often
 * gives several. Undefined where none is known. The exit code alone decides whether a command is green; these only
 * name what failed, and they are as trustworthy as the code that printed them.
 */
export const readTestResults = (heard: Heard): TestResults | undefined => {
  const clean = (text: string): string => plain(text, heard.root);
  const files = heard.files.flatMap((text) => fileFormats.map((parse) => parse(clean(text)))).filter(isFound);
  const output = clean(heard.output);
  const runs = files.length > 0 ? files : said(clean(heard.stdout), output, heard.isCut);
  const coverage = parseCoverageText(output);
  return mergeResults([...runs, ...(coverage === undefined ? [] : [coverage])]);
};

const said = (stdout: string, output: string, isCut: boolean): readonly TestResults[] => {
  const found = documents(stdout) ?? texts(output);
  return isCut ? found.map((results) => ({ ...results, complete: false })) : found;
};

type Parse = (text: string) => TestResults | undefined;

const fileFormats: readonly Parse[] = [parseJUnit, parseJestJson, parseTap];
const textFormats: readonly Parse[] = [
  parseJestText,
  parseVitestText,
  parseMochaText,
  parseNodeSpec,
  parsePytestText,
  parseUnittestText,
  parseGoText,
  parseCargoText,
];

const isFound = (results: TestResults | undefined): results is TestResults => results !== undefined;

const documents = (stdout: string): readonly TestResults[] | undefined => {
  const found = parseGoJson(stdout) ?? fromLines(stdout) ?? fromXml(stdout) ?? parseTap(shortLines(stdout));
  return found === undefined ? undefined : [found];
};

/** Jest's report is one line; package managers print their own before it. */
const fromLines = (stdout: string): TestResults | undefined =>
  mergeResults(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"numTotalTests"'))
      .flatMap((line) => parseJestJson(line) ?? []),
  );

const fromXml = (stdout: string): TestResults | undefined => {
  const start = stdout.search(/<testsuites?[\s>]/);
  const end = Math.max(stdout.lastIndexOf('</testsuites>') + 13, stdout.lastIndexOf('</testsuite>') + 12);
  return start < 0 || end <= start ? undefined : parseJUnit(stdout.slice(start, end));
};

const texts = (output: string): readonly TestResults[] => {
  const text = shortLines(output);
  return textFormats.map((parse) => parse(text)).filter(isFound);
};

/** No runner's own words are longer; and patterns are to stay quick on whatever is printed. */
const shortLines = (text: string): string => text.replaceAll(/^(.{2000}).+$/gm, '$1');

const escapes =
  // eslint-disable-next-line no-control-regex -- colours begin with one
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

const plain = (text: string, root: string): string =>
  text.replace(escapes, '').replaceAll('\r\n', '\n').replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '');
