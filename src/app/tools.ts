import type { AgentHost } from '../ports/agent-host.js';
import type { Artifacts } from '../ports/files.js';
import type { Clock } from '../ports/clock.js';
import type { GatewayWatch } from '../ports/gateway.js';
import type { Locksmith } from '../ports/locksmith.js';
import type { Machine } from '../ports/machine.js';
import type { Model } from '../ports/model.js';
import type { Repository } from '../ports/repository.js';
import type { Settings } from '../core/settings/settings.js';
import type { Checker } from './validation/checker.js';
import type { Recorder } from './recorder.js';

/** What every step of a run reaches the world through. */
export interface Tools {
  readonly repository: Repository;
  readonly agents: AgentHost;
  readonly model: Model;
  /** What the gateway finds out that concerns the whole run. */
  readonly watch?: GatewayWatch;
  readonly checker: Checker;
  /** Absent: memory is no limit. */
  readonly machine?: Machine;
  readonly locksmith: Locksmith;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly recorder: Recorder;
  readonly settings: RunSettings;
  /** Aborts when the run is to stop: on request, by the platform, at its deadline, or by a failure that ends it. */
  readonly signal: AbortSignal;
  /** Aborts `signal`, since the run cannot go on, e.g. with a dead key. */
  readonly halt: () => void;
}

/** The settings a run needs, `max-agents: auto` already turned into a number. */
export type RunSettings = Omit<Settings, 'maxAgents'> & { readonly maxAgents: number };
