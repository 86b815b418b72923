import { startScrubbed } from './adapters/processes/scrub.js';

// Before anything else is loaded: what follows is read twice otherwise.
const env = startScrubbed();
const { exitWith, runPost } = await import('./main.js');

exitWith(runPost(env));
