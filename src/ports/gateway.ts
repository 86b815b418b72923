import type { Usage } from '../core/usage.js';

/** What one client of the gateway did there: the facts a verdict rests on. */
export interface Traffic {
  readonly usage: Usage;
  /** HTTP status of every answer in order; 0 where the upstream could not be reached. */
  readonly statuses: readonly number[];
  /** The provider's error code or type of the last refused request, e.g. `insufficient_quota`; '' if none. */
  readonly lastError: string;
  /** The last answer was cut at its output limit (`finish_reason: length`, `MAX_TOKENS`, `max_tokens`). */
  readonly answerCut: boolean;
}

/** A throwaway right to use the gateway: good for one client, until `close`. */
export interface GatewayLease {
  /** Variables for the child: base URLs and the throwaway token under the key names of `shared` providers. */
  readonly env: Readonly<Record<string, string>>;
  /** For our own SDK calls: the base URL of a provider through the gateway, and the token to send as its key. */
  readonly token: string;
  baseUrl(provider: string): string;
  traffic(): Traffic;
  close(): void;
}

/** The loopback proxy through which every model request goes. Real keys stay inside. */
export interface Gateway {
  lease(client: string): GatewayLease;
}
