import { exitWith, runPost } from './main.js';

exitWith(runPost());
