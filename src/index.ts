import { exitWith, runAction } from './main.js';

exitWith(runAction());
