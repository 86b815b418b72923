import { join } from 'node:path';
import { projectFolder } from '../../demo/runner/index.js';
import { startScriptedModel, type ScriptedModel } from '../../demo/model/index.js';
import { killAndResume, treeOfStory } from '../../bench/kill/point.js';
import { script } from '../../bench/kill/story.js';

const flags = ['--aider-command', join(projectFolder, 'bench/kill/fake-aider')];

/** At two moments that matter; at a hundred random ones, beside a run that nobody disturbed: `npm run bench:kill`. */
describe('a run of the command line that is killed with SIGKILL and resumed', () => {
  let model: ScriptedModel;
  beforeAll(async () => {
    model = await startScriptedModel({ script: script('fake'), latencyMs: 50 });
  });
  afterAll(() => model.close());

  it.each([
    ['on the same machine, where its agents outlived it', 1, 'same', ['--isolation', 'none']],
    ['in a fresh clone of the repository', 3, 'fresh', []],
  ] as const)(
    'is finished %s, with nothing paid, landed or lost twice',
    async (_, landed, where, more) => {
      const killed = await killAndResume(model, await treeOfStory(), {
        when: { landed },
        where,
        flags: [...flags, ...more],
      });
      expect(killed).toMatchObject({ had: 'journal', paidAgain: 0, straysLeft: 0, faults: [] });
      expect(killed.landedBefore).toBeGreaterThan(0);
      // PRD, plan and five tasks; what was at work at the kill may be asked for once more.
      expect(killed.requests).toBeLessThanOrEqual(7 + 3);
    },
    120_000,
  );
});
