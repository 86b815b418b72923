#!/usr/bin/env node
import { startScrubbed } from './adapters/processes/scrub.js';

// Before anything else is loaded, and by Node itself: a bundler would make it an import at the top.
const env = startScrubbed();
const { exitWith, runCli } = await import(/* webpackIgnore: true */ './main.js');

exitWith(runCli(process.argv.slice(2), env));
