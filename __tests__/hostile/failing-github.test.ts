import { describeGroups } from './describe-groups.js';
import { failingGitHub } from './groups/failing-github.js';

describeGroups([failingGitHub]);
