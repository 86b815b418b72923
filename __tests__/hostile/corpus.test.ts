import type { Group } from './group.js';
import { forgedBoundaries, hostileAnswers } from './groups/answers.js';
import { forgedTrailers } from './groups/commits.js';
import { editsAfterTheEvent } from './groups/edits-after-the-event.js';
import { firstCharacter } from './groups/first-character.js';
import { hiddenText } from './groups/hidden-text.js';
import { metadataAddresses, outgoingText } from './groups/outgoing-text.js';
import { patchPolicy } from './groups/patch-policy.js';
import { hostilePlans } from './groups/plans.js';
import { secrets } from './groups/secrets.js';
import { hostileSettings } from './groups/settings.js';
import { bombsAndSizes, oversized } from './groups/size.js';
import { whoMayTrigger } from './groups/who-may-trigger.js';

const groups: readonly Group[] = [
  whoMayTrigger,
  editsAfterTheEvent,
  hiddenText,
  firstCharacter,
  bombsAndSizes,
  outgoingText,
  metadataAddresses,
  oversized,
  secrets,
  forgedTrailers,
  forgedBoundaries,
  hostilePlans,
  hostileAnswers,
  hostileSettings,
  patchPolicy,
];

const green = new Map<string, number>();

describe.each(groups)('hostile corpus: $name', ({ name, vectors }) => {
  it.each(vectors)('$id', async ({ run }) => {
    await run();
    green.set(name, (green.get(name) ?? 0) + 1);
  });
});

describe('the hostile corpus', () => {
  it('holds at least 400 vectors, each with a name of its own', () => {
    const ids = groups.flatMap(({ name, vectors }) => vectors.map(({ id }) => `${name}: ${id}`));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(400);
  });

  afterAll(() => {
    const lines = groups.map(
      ({ name, owner, vectors }) =>
        `${String(green.get(name) ?? 0).padStart(5)} of ${String(vectors.length).padStart(4)}  ${name} (${owner})`,
    );
    const all = groups.reduce((sum, { vectors }) => sum + vectors.length, 0);
    process.stdout.write(`\nHostile corpus, green vectors:\n${lines.join('\n')}\n${all} in all\n`);
  });
});
