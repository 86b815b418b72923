export type { ActionRun, RunActionOptions, RunningAction } from './run-action.js';
export { runAction, startAction } from './run-action.js';
export { findLeftovers } from './leftovers.js';
export { findNode, projectFolder, toolCacheFolder } from './variables.js';
export { parseWorkflowCommands } from './workflow-commands.js';
