import { readBrought } from '../../src/app/read-brought.js';
import { aBench } from '../support/bench.js';
import { task } from '../support/plans.js';

const prdText = '# A parser\n\n## Goal\n\nIt parses.\n\n## Acceptance criteria\n\n- It reads JSON.\n- It reads YAML.\n';
const planOf = (...tasks: readonly unknown[]): string => JSON.stringify({ version: 1, title: 'Plan', tasks });

const read = (files: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>>) => {
  const { tools } = aBench({ files: { 'README.md': '', ...files }, inputs });
  return readBrought(tools);
};
const messageOf = async (...given: Parameters<typeof read>): Promise<string> => {
  const brought = await read(...given);
  return brought.ok ? '' : `${brought.failure.reason} ${brought.failure.message}`;
};

describe('what a request brings', () => {
  it('is nothing where nothing is named', async () => {
    expect(await read({ 'prd.md': prdText }, {})).toEqual({ ok: true, value: {} });
  });

  it('is its PRD and its plan', async () => {
    const brought = await read(
      { 'prd.md': prdText, 'plan.json': planOf(task('one'), task('two', { acceptance: ['AC2'] })) },
      { prd: 'prd.md', plan: 'plan.json' },
    );
    expect(brought).toMatchObject({
      ok: true,
      value: {
        prd: { title: 'A parser', acceptance: [{ id: 'AC1', text: 'It reads JSON.' }, { id: 'AC2' }] },
        plan: { plan: { tasks: [{ id: 'one' }, { id: 'two' }] }, notes: [] },
      },
    });
  });

  it('tells that unordered tasks write the same file, and orders them', async () => {
    const plan = planOf(task('one', { writes: ['x'] }), task('two', { writes: ['x'] }));
    const brought = await read({ 'plan.json': plan }, { plan: 'plan.json' });
    expect(brought.ok && brought.value.plan?.plan.tasks[1]?.dependsOn).toEqual(['one']);
    expect(brought.ok && brought.value.plan?.notes).toHaveLength(1);
  });

  it('is refused by name when it is not there', async () => {
    expect(await messageOf({}, { prd: 'prd.md' })).toBe(
      'prd-missing prd: expected a file at prd.md on main; there is none.',
    );
    expect(await messageOf({}, { plan: 'p.json' })).toBe(
      'plan-missing plan: expected a file at p.json on main; there is none.',
    );
  });

  it('is refused with every fault of it named', async () => {
    const plan = planOf(
      task('one', { writes: ['../x'] }),
      task('two', { dependsOn: ['three'], acceptance: ['AC9'] }),
      task('two'),
    );
    const message = await messageOf({ 'plan.json': plan }, { plan: 'plan.json' });
    expect(message).toMatch(/^plan-invalid plan: plan\.json has \d faults:/);
    for (const part of ['../x', 'three', 'AC9', 'two']) expect(message).toContain(part);
  });

  it('is refused with the faults of both files together', async () => {
    const message = await messageOf({ 'prd.md': 'nothing', 'plan.json': '{' }, { prd: 'prd.md', plan: 'plan.json' });
    expect(message).toMatch(/^prd-invalid prd: prd\.md has 3 faults:/);
    expect(message).toContain('expected a section "Goal" with a text');
    expect(message).toContain('plan: plan.json has a fault:\n- expected JSON');
  });

  it('may refer to criteria of the PRD it came with only', async () => {
    const plan = planOf(task('one', { acceptance: ['AC2'] }));
    expect(await messageOf({ 'plan.json': plan }, { plan: 'plan.json' })).toContain('AC2');
    expect(await messageOf({ 'plan.json': plan, 'prd.md': prdText }, { plan: 'plan.json', prd: 'prd.md' })).toBe('');
  });

  it('may not touch protected files', async () => {
    const plan = planOf(task('one', { writes: ['.github/x.yml'] }));
    expect(await messageOf({ 'plan.json': plan }, { plan: 'plan.json' })).toContain('.github/x.yml');
  });
});
