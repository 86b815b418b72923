import { z } from 'zod';
import { toResults, type Failing, type TestResults } from './test-results.js';

const Report = z.object({
  numPassedTests: z.int().nonnegative(),
  numTotalTests: z.int().nonnegative(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().catch(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()).catch([]),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
type Suite = z.infer<typeof Report>['testResults'][number];

/** The JSON of `jest --json` and of vitest's `json` reporter; undefined for any other text. */
export const parseJestJson = (text: string): TestResults | undefined => {
  const report = Report.safeParse(parseJson(text)).data;
  if (report === undefined) return undefined;
  return toResults({
    format: 'jest-json',
    passed: report.numPassedTests,
    total: report.numTotalTests,
    failures: report.testResults.flatMap(failuresOf),
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A file that failed without a test that did was not even read. */
const failuresOf = ({ name, status, message, assertionResults }: Suite): readonly Failing[] => {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [{ id: name, text: message.replace(/^\s*● .*$/m, '') }];
  return failed.map(({ ancestorTitles, title, failureMessages }) => ({
    id: [name, ...ancestorTitles, title].join(' > '),
    text: (failureMessages ?? []).join('\n'),
  }));
};
