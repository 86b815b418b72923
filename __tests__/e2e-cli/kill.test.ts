import { join } from 'node:path';
import { projectFolder } from '../../demo/runner/index.js';
import { startScriptedModel, type ScriptedModel } from '../../demo/model/index.js';
import { killAndResume, runUndisturbed, type Undisturbed } from '../../bench/kill/point.js';
import { script } from '../../bench/kill/story.js';

const flags = ['--aider-command', join(projectFolder, 'bench/kill/fake-aider')];

/** The whole of it is `npm run bench:kill`. */
describe('a run of the command line that is killed with SIGKILL and resumed', () => {
  let model: ScriptedModel;
  let undisturbed: Undisturbed;
  beforeAll(async () => {
    model = await startScriptedModel({ script: script('fake'), latencyMs: 50 });
    undisturbed = await runUndisturbed(model, flags);
  }, 120_000);
  afterAll(() => model.close());

  it.each([
    [0.35, 'same', []],
    [0.5, 'fresh', []],
    [0.6, 'same', ['--isolation', 'none']],
    [0.7, 'fresh', []],
    [0.75, 'same', []],
    [0.85, 'fresh', []],
    [0.9, 'same', ['--isolation', 'none']],
    [0.97, 'same', []],
  ] as const)(
    'at %d of its time, %s machine, %j, ends like the undisturbed one',
    async (share, where, more) => {
      const kill = { atMs: share * undisturbed.durationMs, where, flags: [...flags, ...more] };
      expect(await killAndResume(model, undisturbed, kill)).toMatchObject({ paidAgain: 0, straysLeft: 0, faults: [] });
    },
    120_000,
  );
});
