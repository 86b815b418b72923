import { describeGroups } from './describe-groups.js';
import { closeSharedRig, repositoryTraps } from './groups/traps.js';

describeGroups([repositoryTraps]);

afterAll(closeSharedRig);
