import type { AgentFacts } from '../core/agent-facts.js';
import type { Clone } from './repository.js';

export interface AgentMessage {
  /** For file and process names, e.g. `agent-2`. */
  readonly label: string;
  /** File name of the analytics log, below the logs folder: `agent<N>_<task>.jsonl`. Appended over iterations. */
  readonly log: string;
  readonly clone: Clone;
  readonly model: string;
  readonly weakModel?: string;
  readonly editFormat?: string;
  readonly text: string;
  /** Repository paths the agent may edit; missing ones are created empty (their folders too). No globs. */
  readonly editFiles: readonly string[];
  readonly readFiles: readonly string[];
  /** Whole wall clock of this message, ms. Told at half of it through `onSlow`, stopped at full. */
  readonly timeoutMs: number;
  readonly onSlow: (elapsedMs: number) => void;
  /** Added once to `timeoutMs` where output, edits or requests have come since half of it; 0: never. ms. */
  readonly extensionMs: number;
  readonly onExtended: () => void;
  readonly signal: AbortSignal;
}

/** Runs one real Aider process per message, in its own process group, and reports facts. */
export interface AgentHost {
  send(message: AgentMessage): Promise<AgentFacts>;
  /** Aider's own repository map of a clone, '' when it cannot be made. At most `maxTokens`. */
  repositoryMap(clone: Clone, maxTokens: number, signal: AbortSignal): Promise<string>;
}
