export type { Edit } from './edits.js';
export { applyEdits, move, replace, write } from './edits.js';
export type { Hold } from './holds.js';
export type { Question, Reply, Rule, Script } from './script.js';
export { edits, hang, onAnything, onPlan, onPrd, onRepair, onTask, refuse, text } from './script.js';
export type { RecordedRequest, ScriptedModel, ScriptedModelOptions } from './server.js';
export { startScriptedModel } from './server.js';
