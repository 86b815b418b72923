import { PlanDocument } from '../../src/core/plan/plan.js';
import { greetingPlan } from '../support/e2e-plans.js';
import { commandTimeoutMs, models, openCliStage, type CliStage } from './cli-stage.js';

describe('aider-orchestrator plan', () => {
  let stage: CliStage;
  beforeAll(async () => {
    stage = await openCliStage();
  }, commandTimeoutMs);
  afterAll(() => stage.close());

  const expectUntouched = async (): Promise<void> => {
    expect(await stage.git('status', '--porcelain')).toBe('');
    expect(await stage.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  };

  it(
    'prints the PRD and the plan for people and changes nothing',
    async () => {
      const { exitCode, stdout } = await stage.cli(['plan', ...models, '--change', 'Add a greeting']);
      expect(exitCode).toBe(0);
      for (const text of [
        '# Greet people',
        '**AC1**: There is a greeting',
        '- greeting: Add greeting (writes src/greeting.js)',
      ])
        expect(stdout).toContain(text);
      expect(stage.model.requests.map(({ question }) => question.kind)).toEqual(['prd', 'plan']);
      await expectUntouched();
    },
    commandTimeoutMs,
  );

  it(
    'prints as JSON nothing but a plan that can be given back',
    async () => {
      const { exitCode, stdout } = await stage.cli(['plan', ...models, '--change', 'Add a greeting', '--json']);
      expect(exitCode).toBe(0);
      expect(PlanDocument.parse(JSON.parse(stdout))).toEqual(greetingPlan);
      await expectUntouched();
    },
    commandTimeoutMs,
  );

  it(
    'says on stderr, not as JSON, why there is no plan',
    async () => {
      const args = ['plan', ...models, '--change', 'x', '--plan', 'nowhere.json', '--json'];
      const { exitCode, stdout, stderr } = await stage.cli(args);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/nowhere\.json[^]*→ /);
    },
    commandTimeoutMs,
  );
});
