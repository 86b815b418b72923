import type { Gateway } from '../../ports/gateway.js';
import type { Place } from '../../ports/place.js';
import type { AiderInstallation } from './installation.js';
import type { ModelMetadata } from './model-metadata.js';
import type { WarmAgents } from './warm-agents.js';

/** What the agent host works with. */
export interface AgentHostOptions {
  readonly installation: AiderInstallation;
  readonly place: Place;
  readonly gateway: Gateway;
  /** Where the agents' logs end, `agent<N>_<task>.jsonl`: Aider's own event lines of all their messages. */
  readonly logsFolder: string;
  /** Messages, chat histories and the rest of each message, below `<runFolder>/agents/<log name>/<n>/`. */
  readonly runFolder: string;
  /** PATH of the agents' processes; must hold git. */
  readonly path: string;
  /** How long a repository map may take; by default 10 s. */
  readonly mapTimeoutMs?: number;
  /** Aiders loaded ahead of need; without it, and where it has none, Aider is started for each message. */
  readonly warm?: Pick<WarmAgents, 'of'>;
  /** Takes secrets out of what Aider prints, before it is cut. */
  readonly redact?: (text: string) => string;
}

/** The same, with what is made of it once. */
export interface Host extends AgentHostOptions {
  readonly metadata: ModelMetadata;
}
