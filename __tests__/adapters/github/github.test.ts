import { startEmbeddedStage } from './embedded-stage.js';
import { startFakeStage } from './fake-stage.js';
import { describeGitHub } from './github-contract.js';

describeGitHub('the adapter', startEmbeddedStage);
describeGitHub('the fake', startFakeStage);
