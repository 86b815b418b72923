import { describeGroups } from './describe-groups.js';
import type { Group } from './group.js';
import { forgedBoundaries, hostileAnswers } from './groups/answers.js';
import { forgedTrailers } from './groups/commits.js';
import { editsAfterTheEvent } from './groups/edits-after-the-event.js';
import { inheritedEnvironment } from './groups/environment.js';
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
  inheritedEnvironment,
];

describeGroups(groups);

it('holds at least 400 vectors', () => {
  expect(groups.reduce((sum, { vectors }) => sum + vectors.length, 0)).toBeGreaterThanOrEqual(400);
});
