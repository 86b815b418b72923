import { describeGroups } from './describe-groups.js';
import { hostileProviders } from './groups/providers.js';

describeGroups([hostileProviders]);
