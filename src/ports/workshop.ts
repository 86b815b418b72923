import type { Failure } from '../core/failure.js';
import type { Result } from '../core/result.js';
import type { ValidationCommand } from '../core/validation.js';
import type { AgentHost } from './agent-host.js';
import type { GatewayWatch } from './gateway.js';
import type { Locksmith } from './locksmith.js';
import type { Model } from './model.js';
import type { Validator } from './validator.js';

/** Everything that must be there before work can begin: Aider, the models behind the gateway, the project set up. */
export interface Workshop {
  readonly agents: AgentHost;
  readonly model: Model;
  readonly watch?: GatewayWatch;
  readonly validator: Validator;
  readonly locksmith: Locksmith;
  /** The user's validation commands, given or detected. */
  readonly commands: readonly ValidationCommand[];
  /** What a person should know of how it was prepared, e.g. a detected set-up that failed. */
  readonly notes: readonly string[];
  /** Where prices come from, for the report. */
  readonly priceSource: string;
}

/** Provisions Aider and sets the project up, side by side. */
export type PrepareWorkshop = (signal: AbortSignal) => Promise<Result<Workshop, Failure>>;
