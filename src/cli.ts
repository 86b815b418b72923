#!/usr/bin/env node
import { startScrubbed } from './adapters/processes/scrub.js';

// Before anything else is loaded: what follows is read twice otherwise.
const env = startScrubbed();
const { exitWith, runCli } = await import('./main.js');

exitWith(runCli(process.argv.slice(2), env));
