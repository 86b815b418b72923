import { edits, hang, onAnything, onPlan, onPrd, onTask, refuse, text } from '../model/script.js';
import type { Rule, Script } from '../model/script.js';
import { write } from '../model/edits.js';
import { crud } from './crud.js';

/** Every request is refused with 401, as for a key that was revoked. */
export const deadKey: Script = {
  name: 'dead-key',
  rules: [onAnything(refuse(401, 'invalid_api_key', 'Incorrect API key provided'))],
};

/** PRD and plan work, but no agent ever edits: each says that it needs to know more. */
export const noEditForever: Script = {
  name: 'no-edit-forever',
  rules: [...planning(), agents('talk', text('I would like to know more before I change anything.'))],
};

/** PRD and plan work; every agent is told to wait (429) until the client gives up. */
export const limited: Script = {
  name: 'limited',
  rules: [...planning(), agents('limited', refuse(429, 'rate_limit_exceeded', 'Rate limit reached', 1))],
};

/** PRD and plan work; the agents' answers never come. */
export const silent: Script = { name: 'silent', rules: [...planning(), agents('hang', hang)] };

/** PRD and plan work; the agents' answers are cut at the output limit. */
export const cut: Script = {
  name: 'cut',
  rules: [...planning(), agents('cut', text('src/users/create-user.js\n```\n<<<<<<< SEARCH\n', 'length'))],
};

/** The script of `crud` for tests that hold the agents: `server.hold(isAgent)`, then `release()`. */
export const slow: Script = { ...crud.script, name: 'slow' };

/** One message, one new file: the smallest script for a single real Aider. */
export const oneFile = (task: string, path: string, content: string): Script => ({
  name: 'one-file',
  rules: [onTask(task, edits(`I write ${path}.`, write(path, content)))],
});

/** Whether a request is an agent's; for `hold`. */
export const isAgent: Rule['matches'] = (question) => question.kind === 'task' || question.kind === 'repair';

function planning(): readonly Rule[] {
  return [onPrd(crud.prd), onPlan(crud.plan)];
}

function agents(name: string, ...replies: Rule['replies']): Rule {
  return { name, matches: (question) => question.kind === 'task' || question.kind === 'repair', replies };
}
