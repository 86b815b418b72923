import type { ActionRun } from '../../demo/runner/index.js';
import type { Ending } from './e2e-ending.js';
import { readEnding } from './e2e-ending.js';
import { expectCleanMachine, expectHonestServers, expectSoundRecords, findLeaks } from './e2e-sound.js';
import type { Stage, StageOptions } from './e2e-stage.js';
import { openStage } from './e2e-stage.js';

/** Generous: agents take seconds of CPU each, on a machine that may do other things too. */
const storyTimeoutMs = 180_000;

/** One run of the action, told once before the tests that look at what came of it. */
export interface Story {
  /** A test of the ending; when it fails what the action printed is shown. */
  it(name: string, look: (ending: Ending) => void | Promise<void>): void;
}

/** Starts the action, waits for whatever the story waits for, and gives back the run. */
export type Act = (stage: Stage) => Promise<ActionRun>;

/** Tells a story in the `describe` it stands in, and proves of it what holds of every story. */
export const tellStory = (options: StageOptions, act: Act): Story => {
  let stage: Stage | undefined;
  let ending: Ending | undefined;
  let shown = false;

  const show = (): void => {
    if (!shown && stage !== undefined)
      process.stderr.write(`\n--- what the action printed\n${stage.transcript()}\n---\n`);
    shown = true;
  };

  const watched = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      show();
      throw error;
    }
  };

  beforeAll(
    () =>
      watched(async () => {
        stage = await openStage(options);
        ending = await readEnding(stage, await act(stage));
      }),
    storyTimeoutMs,
  );

  afterAll(async () => {
    await ending?.run.dispose();
    await stage?.close();
  });

  const story: Story = {
    it: (name, look) => {
      it(
        name,
        () =>
          watched(async () => {
            if (ending === undefined) throw new Error('The story did not come to its end.');
            await look(ending);
          }),
        60_000,
      );
    },
  };

  story.it('leaves nothing behind on the machine', expectCleanMachine);
  story.it('asks GitHub and the model only for what they know', expectHonestServers);
  story.it('keeps a whole journal and a valid summary', expectSoundRecords);
  story.it('shows no key and no token anywhere', async (end) => {
    expect(await findLeaks(end)).toEqual([]);
  });
  return story;
};

/** Runs the action on an event to its end. */
export const runOn =
  (event: (stage: Stage) => Parameters<Stage['start']>[0], inputs: Parameters<Stage['start']>[1] = {}): Act =>
  async (stage) =>
    (await stage.start(event(stage), inputs)).ended;
