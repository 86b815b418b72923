import { runPost } from './main.js';

process.exitCode = await runPost();
