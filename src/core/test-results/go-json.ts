import { z } from 'zod';
import { toResults, type Failing, type TestResults } from './test-results.js';

const GoEvent = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});

interface Unit {
  readonly name: string;
  readonly pack: string;
  action: string;
  text: string;
}

/** The events of `go test -json` (`go doc test2json`). Undefined where there is none. */
export const parseGoJson = (text: string): TestResults | undefined => {
  const units = new Map<string, Unit>();
  const builds = new Map<string, string>();
  for (const line of text.split('\n')) {
    const event = readEvent(line);
    if (event?.Package !== undefined) take(units, { ...event, Package: event.Package });
    const pack = event?.ImportPath?.split(' ')[0];
    if (pack !== undefined) builds.set(pack, `${builds.get(pack) ?? ''}${event?.Output ?? ''}`);
  }
  if (units.size === 0) return undefined;
  const all = [...units.values()];
  const groups = groupsOf(all);
  const tests = all.filter((unit) => unit.name !== '' && !groups.has(keyOf(unit.pack, unit.name)));
  const packages = all.filter((unit) => unit.name === '');
  const failedPacks = new Set(tests.filter(isRed).map(({ pack }) => pack));
  const red = [...tests, ...packages.filter(({ pack }) => !failedPacks.has(pack))].filter(isRed);
  return toResults({
    format: 'go',
    passed: tests.filter((unit) => unit.action === 'pass').length,
    total: tests.length,
    failures: red.map((unit) => failure(unit, builds.get(unit.pack) ?? '')),
    // After a panic the rest of its package has not run.
    cutShort: packages.some((unit) => unit.action === '') || all.some((unit) => /^panic: /m.test(unit.text)),
  });
};

const keyOf = (pack: string, name: string): string => `${pack} ${name}`;

const isRed = ({ action }: Unit): boolean => action === 'fail';

const take = (units: Map<string, Unit>, event: z.infer<typeof GoEvent> & { readonly Package: string }): void => {
  const { Package: pack, Test: name = '', Output: output, Action: action } = event;
  const unit = units.get(keyOf(pack, name)) ?? { name, pack, action: '', text: '' };
  units.set(keyOf(pack, name), unit);
  if (output !== undefined && unit.text.length < 20_000) unit.text += output;
  if (['pass', 'fail', 'skip'].includes(action)) unit.action = action;
};

const readEvent = (line: string): z.infer<typeof GoEvent> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return GoEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

/** Tests that only sum up their subtests; one that failed though none of those did counts itself. */
const groupsOf = (all: readonly Unit[]): ReadonlySet<string> => {
  const outer = (units: readonly Unit[]): ReadonlySet<string> =>
    new Set(units.flatMap(({ pack, name }) => groupNames(name).map((group) => keyOf(pack, group))));
  const withFailure = outer(all.filter(isRed));
  const red = new Set(all.filter(isRed).map(({ pack, name }) => keyOf(pack, name)));
  return new Set([...outer(all)].filter((key) => withFailure.has(key) || !red.has(key)));
};

/** `a/b/c` is in `a` and `a/b`. */
export const groupNames = (name: string): readonly string[] =>
  name.split('/').flatMap((_, depth, parts) => (depth === 0 ? [] : [parts.slice(0, depth).join('/')]));

const failure = ({ pack, name, text }: Unit, build: string): Failing => ({
  id: name === '' ? pack : `${pack} > ${name}`,
  text: name === '' ? `${said(build)}${said(text)}` : said(text),
});

/** Without the lines that only say that it ran. */
const said = (text: string): string => text.replaceAll(/^(?:=== |\s*--- |# ).*$/gm, '');
