import type { Prd } from '../../src/core/prd.js';
import type { Edit } from '../model/edits.js';
import { write } from '../model/edits.js';
import { edits, onPlan, onPrd, onTask } from '../model/script.js';
import type { Scenario } from './scenario.js';
import { planOf, scenarioFile, scenarioInputs } from './scenario.js';

/** Five tasks: codes (A), the guide (B) and mail (C) at once; the flow (D) after A and C; the routes (E) after D. */
const name = 'otp';

const prd: Prd = {
  title: 'Password reset with a one-time code by e-mail',
  goal: 'A user who forgot the password sets a new one with a one-time code sent to the e-mail address of the account.',
  scope: [
    'One-time codes: make, keep as a hash, check',
    'An outbox for mail and the text of the reset mail',
    'POST /password-reset and POST /password-reset/confirm',
    'A guide for the people who use the API',
  ],
  nonGoals: ['A real mail transport', 'Login and sessions', 'Other channels than e-mail'],
  acceptance: [
    { id: 'AC1', text: 'POST /password-reset sends a six-digit code to an address that has an account' },
    { id: 'AC2', text: 'Its answer is the same 202 whether the address has an account or not' },
    {
      id: 'AC3',
      text: 'The right code sets the new password once; codes and passwords are kept as salted hashes only',
    },
    { id: 'AC4', text: 'A code ends after ten minutes, after five tries and when a new one is asked for' },
    { id: 'AC5', text: 'A new password has at least 12 characters; every refused code gives the same 400' },
    { id: 'AC6', text: 'docs/password-reset.md explains the flow and its rules' },
  ],
  risks: ['Six digits can be guessed: five tries a code keep the chance at 5 in 1,000,000'],
  openQuestions: ['Should requests be limited per address? Assumed: not now'],
};

const plan = planOf({
  version: 1,
  title: prd.title,
  conventions: [
    'ES modules, named exports, two spaces, single quotes',
    'Time comes in as now(), a function that returns a Date; no code reads the clock itself',
    'Bad input throws through src/errors.js',
  ],
  acceptance: prd.acceptance,
  contracts: [
    {
      id: 'issue-code',
      file: 'src/password-reset/one-time-code.js',
      signature: 'issueCode(date) -> { code, kept }',
      producedBy: 'one-time-code',
    },
    {
      id: 'check-code',
      file: 'src/password-reset/one-time-code.js',
      signature: "checkCode(kept, code, date) -> 'right' | 'wrong' | 'expired' | 'used-up'",
      producedBy: 'one-time-code',
    },
    {
      id: 'outbox',
      file: 'src/mail/outbox.js',
      signature: 'createOutbox() -> { send(mail), sentTo(address) }; resetMail(to, code) -> mail',
      producedBy: 'mail',
    },
  ],
  tasks: [
    {
      id: 'one-time-code',
      title: 'Make and check one-time codes',
      kind: 'implementation',
      instructions:
        'Export issueCode(date) and checkCode(kept, code, date) as in the contract: six digits from a secure source, salted SHA-256, ten minutes, five tries. Test them.',
      writes: ['src/password-reset/one-time-code.js', 'test/one-time-code.test.js'],
      acceptance: ['AC3', 'AC4'],
      verify: [{ run: 'node --test test/one-time-code.test.js' }],
      estimateMinutes: 15,
    },
    {
      id: 'guide',
      title: 'Write the guide',
      kind: 'docs',
      instructions:
        'Explain the two requests, their answers and the rules of codes and passwords for users of the API.',
      writes: ['docs/password-reset.md'],
      reads: ['README.md'],
      acceptance: ['AC6'],
      estimateMinutes: 10,
    },
    {
      id: 'mail',
      title: 'Keep mail in an outbox',
      kind: 'implementation',
      instructions: 'Export createOutbox() and resetMail(to, code) as in the contract. Test them.',
      writes: ['src/mail/outbox.js', 'test/outbox.test.js'],
      acceptance: ['AC1'],
      verify: [{ run: 'node --test test/outbox.test.js' }],
      estimateMinutes: 10,
    },
    {
      id: 'reset-flow',
      title: 'Request and confirm a reset',
      kind: 'implementation',
      instructions:
        'Export requestReset({ store, outbox, now }, input) and confirmReset({ store, now }, input). Keep one reset per address, count wrong tries, hash the password with scrypt. Test good and bad ways.',
      writes: ['src/password-reset/reset-password.js', 'test/reset-password.test.js'],
      reads: ['src/password-reset/one-time-code.js', 'src/mail/outbox.js', 'src/store.js', 'src/validate.js'],
      dependsOn: ['one-time-code', 'mail'],
      acceptance: ['AC1', 'AC2', 'AC3', 'AC4', 'AC5'],
      verify: [{ run: 'node --test test/reset-password.test.js' }],
      estimateMinutes: 20,
    },
    {
      id: 'reset-routes',
      title: 'Wire the reset routes',
      kind: 'wiring',
      instructions:
        'Add POST /password-reset (202, always the same body) and POST /password-reset/confirm (204) to src/routes.js and test them through createApp. An outbox may come from createApp({ outbox }).',
      writes: ['src/routes.js', 'test/password-reset-routes.test.js'],
      reads: ['src/password-reset/reset-password.js', 'src/mail/outbox.js', 'src/app.js'],
      dependsOn: ['reset-flow'],
      acceptance: ['AC1', 'AC2', 'AC5'],
      verify: [{ run: 'node --test test/password-reset-routes.test.js' }],
      estimateMinutes: 15,
    },
  ],
});

const file = (path: string): Edit => write(path, scenarioFile(name, path));

export const otp: Scenario = {
  name,
  issue: {
    title: 'Password reset flow with email OTP',
    body: `Users forget their passwords. Please add a reset flow:

- ask with the e-mail address, get a one-time code by mail
- set a new password with the code
- nobody may find out which addresses have an account
- codes must not be guessable: short life, few tries, one use
- a page in docs/ for the people who call the API
`,
  },
  prd,
  plan,
  script: {
    name,
    rules: [
      onPrd(prd),
      onPlan(plan),
      onTask(
        'one-time-code',
        edits(
          'Codes and their tests.',
          ...['src/password-reset/one-time-code.js', 'test/one-time-code.test.js'].map(file),
        ),
      ),
      onTask('guide', edits('The guide.', file('docs/password-reset.md'))),
      onTask(
        'mail',
        edits('The outbox, the mail and their tests.', ...['src/mail/outbox.js', 'test/outbox.test.js'].map(file)),
      ),
      onTask(
        'reset-flow',
        edits(
          'The flow and its tests.',
          ...['src/password-reset/reset-password.js', 'test/reset-password.test.js'].map(file),
        ),
      ),
      onTask(
        'reset-routes',
        edits('Both routes and their tests.', ...['src/routes.js', 'test/password-reset-routes.test.js'].map(file)),
      ),
    ],
  },
  latencyMs: 3000,
  inputs: scenarioInputs,
  expected: {
    tasks: 5,
    peakAgents: 3,
    iterations: 5,
    conflicts: 0,
    tests: 26,
    changed: [
      'docs/password-reset.md',
      'src/mail/outbox.js',
      'src/password-reset/one-time-code.js',
      'src/password-reset/reset-password.js',
      'src/routes.js',
      'test/one-time-code.test.js',
      'test/outbox.test.js',
      'test/password-reset-routes.test.js',
      'test/reset-password.test.js',
    ],
  },
};
