import { startScrubbed } from './adapters/processes/scrub.js';

// Before anything else is loaded, and by Node itself: a bundler would make it an import at the top.
const env = startScrubbed();
const { exitWith, runPost } = await import(/* webpackIgnore: true */ './main.js');

exitWith(runPost(env));
