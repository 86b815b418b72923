import { writePrd, type PrdMaterial } from '../../src/app/write-prd.js';
import { aPrd } from '../support/builders.js';
import { aBench, type Bench, type BenchOptions } from '../support/bench.js';

const context = async () => ({
  tree: ['README.md'],
  manifests: [],
  named: [],
  repositoryMap: 'the map',
  validation: [],
});
const material: PrdMaterial = { context, boundary: 'part-x' };

const write = async (options: BenchOptions & { says?: unknown; over?: Partial<PrdMaterial> } = {}) => {
  const { says = aPrd(), over, ...rest } = options;
  const bench: Bench = aBench(rest);
  bench.model.will('prd', { says });
  return { ...bench, prd: await writePrd(bench.tools, { ...material, ...over }) };
};

describe('the PRD', () => {
  it('is asked of the prd-model, from the request and its context, and paid for', async () => {
    const { model, journal, prd } = await write({
      inputs: { 'prd-model': 'openai/o3' },
      request: { title: 'Add a parser', body: 'for YAML' },
    });
    const [question] = model.questions;
    expect(question).toMatchObject({ model: 'openai/o3', name: 'prd' });
    for (const part of ['Add a parser', 'for YAML', 'the map', 'part-x']) expect(question?.prompt).toContain(part);
    expect(prd).toMatchObject({ ok: true, value: { title: 'A change' } });
    expect(journal.of('model-called')).toMatchObject([{ phase: 'prd', model: 'openai/o3', usage: { requests: 1 } }]);
  });

  it('has its criteria numbered in order, whatever numbers the model gave', async () => {
    const acceptance = ['AC7', 'AC7', 'AC1'].map((id, index) => ({ id, text: `${index}` }));
    const { prd } = await write({ says: aPrd({ acceptance }) });
    expect(prd.ok && prd.value.acceptance).toEqual([
      { id: 'AC1', text: '0' },
      { id: 'AC2', text: '1' },
      { id: 'AC3', text: '2' },
    ]);
  });

  it.each([
    ['Add a Parser!', '2026-03-02-add-a-parser'],
    ['../../etc/passwd', '2026-03-02-etc-passwd'],
    ['日本語', '2026-03-02-request'],
    ['x'.repeat(49) + ' y', `2026-03-02-${'x'.repeat(49)}`],
  ])('of %j is kept under a safe name with the date', async (title, name) => {
    const { journal } = await write({ says: aPrd({ title }) });
    expect(journal.of('prd-written')).toMatchObject([{ path: `docs/prd/${name}.md`, origin: 'model' }]);
  });

  it('that was brought is taken as it is, from where it lies, and nobody is asked', async () => {
    const brought = aPrd({ title: 'Brought' });
    const { model, journal, prd } = await write({
      inputs: { prd: 'docs/mine.md' },
      over: { brought, context: () => Promise.reject(new Error('not needed')) },
    });
    expect(prd).toEqual({ ok: true, value: brought });
    expect(model.questions).toEqual([]);
    expect(journal.of('prd-written')).toMatchObject([{ path: 'docs/mine.md', origin: 'file', prd: brought }]);
  });

  it('that a model cannot write ends with its failure, and is paid for', async () => {
    const bench = aBench();
    bench.model.will('prd', { fails: 'quota-exhausted' });
    const prd = await writePrd(bench.tools, material);
    expect(prd).toMatchObject({ ok: false, failure: { reason: 'quota-exhausted' } });
    expect(prd.ok || Object.keys(prd.failure).toSorted()).toEqual(['action', 'message', 'reason', 'who']);
    expect(bench.journal.of('model-called')).toHaveLength(1);
    expect(bench.journal.of('prd-written')).toEqual([]);
  });
});
