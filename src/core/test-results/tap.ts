import { toResults, type Failing, type TestResults } from './test-results.js';

interface Point {
  readonly indent: number;
  readonly ok: boolean;
  readonly name: string;
  readonly skipped: boolean;
  /** Its subtests follow in braces. */
  readonly opens: boolean;
}

interface Group {
  readonly indent: number;
  readonly name: string;
  readonly failuresBefore: number;
  /** Known beforehand where its point stands before its subtests. */
  readonly ok?: boolean;
}

const pointLine = /^( *)(not )?ok\b(?: +\d+)?(?: +- | +)?(.*)$/;

const readPoint = (line: string): Point | undefined => {
  const match = pointLine.exec(line);
  if (match === null) return undefined;
  const [, indent = '', not, rest = ''] = match;
  const opens = / \{$/.test(rest);
  const directive = /(?<!\\)# ?(?:skip|todo)\b/i.test(rest);
  const name = rest
    .replace(/ \{$/, '')
    .replace(/ ?(?<!\\)# ?(?:skip|todo|time=).*$/i, '')
    .replaceAll('\\#', '#')
    .trim();
  return { indent: indent.length, ok: not === undefined, name, skipped: directive, opens };
};

/**
 * TAP as node:test, vitest, mocha and others print it (https://testanything.org): subtests stand indented before their
 * point, after a `# Subtest` line, or behind it in braces. A point with subtests counts only when it failed though
 * none of them did. Undefined where there is no TAP.
 */
export const parseTap = (text: string): TestResults | undefined => {
  const lines = text.split('\n');
  const plans = lines.flatMap((line) => /^1\.\.(\d+)/.exec(line)?.[1] ?? []).map(Number);
  const isTap = lines.some((line) => /^TAP version \d+/.test(line)) || (plans.length > 0 && lines.some(isTopPoint));
  if (!isTap) return undefined;
  const state: State = { failures: [], groups: [], passed: 0, total: 0, top: 0, last: 0 };
  for (const line of lines) step(state, line);
  const planned = plans.reduce((sum, each) => sum + each, 0);
  const { failures, passed, total, top } = state;
  const cutShort = planned !== top || /^Bail out!/m.test(text);
  return toResults({ format: 'tap', passed, total, failures, cutShort });
};

const isTopPoint = (line: string): boolean => /^(?:not )?ok\b/.test(line);

interface State {
  readonly failures: (Failing & { text: string })[];
  groups: Group[];
  passed: number;
  total: number;
  /** Points at the top, which the plan counts. */
  top: number;
  /** Indentation of the point before. */
  last: number;
  /** What is printed now belongs to it. */
  open?: { text: string } | undefined;
}

const step = (state: State, line: string): void => {
  const subtest = /^( *)# Subtest: (.*)$/.exec(line);
  if (subtest !== null) return openGroup(state, { indent: subtest[1]?.length ?? 0, name: subtest[2] ?? '' });
  const brace = /^( *)\}$/.exec(line);
  if (brace !== null && state.groups.at(-1)?.indent === brace[1]?.length) return closeBrace(state);
  const point = readPoint(line);
  if (point !== undefined) return takePoint(state, point);
  if (state.open !== undefined && state.open.text.length < 20_000) state.open.text = say(state.open.text, line);
};

/** What went wrong comes first, wherever the diagnostics tell it; their own marks say nothing. */
const say = (text: string, line: string): string => {
  const error = /^\s*(?:error|message): ['"]?(.+?)['"]?$/.exec(line)?.[1];
  if (error !== undefined) return `${error}\n${text}`;
  const isMark = /^\s*(?:---|\.\.\.|\w+:|(?:duration_ms|type|failureType|name|code): .*)$/.test(line);
  return isMark ? text : `${text}${line}\n`;
};

const openGroup = (state: State, group: Omit<Group, 'failuresBefore'>): void => {
  const outer = state.groups.filter(({ indent }) => indent < group.indent);
  state.groups = [...outer, { ...group, failuresBefore: state.failures.length }];
  state.open = undefined;
};

const closeBrace = (state: State): void => {
  const group = state.groups.pop();
  if (group === undefined) return;
  state.last = group.indent;
  if (group.ok === false && state.failures.length === group.failuresBefore) fail(state, group.indent, group.name);
};

const takePoint = (state: State, point: Point): void => {
  if (point.indent === 0) state.top += 1;
  if (point.opens) return openGroup(state, { indent: point.indent, name: point.name, ok: point.ok });
  const isParent = state.last > point.indent;
  state.last = point.indent;
  state.open = undefined;
  const own = state.groups.find(({ indent }) => indent === point.indent);
  const failed = !point.ok && !point.skipped;
  const already = isParent && own !== undefined && state.failures.length > own.failuresBefore;
  if (isParent && (!failed || already)) return;
  state.total += 1;
  if (failed) fail(state, point.indent, point.name);
  else if (!point.skipped) state.passed += 1;
};

const fail = (state: State, indent: number, name: string): void => {
  const outer = state.groups.filter((group) => group.indent < indent).map((group) => group.name);
  const failure = { id: [...outer, name].join(' > '), text: '' };
  state.failures.push(failure);
  state.open = failure;
};
