#!/usr/bin/env node
import { exitWith, runCli } from './main.js';

exitWith(runCli(process.argv.slice(2)));
