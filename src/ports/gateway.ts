import type { Failure } from '../core/failure.js';
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

/** A throwaway right to use the gateway: good for one client and its models, until `close`. */
export interface GatewayLease {
  /** Variables for the child: base URL and, as the key, the throwaway token, for the providers of its models. */
  readonly env: Readonly<Record<string, string>>;
  /** For our own SDK calls: the base URL of a provider through the gateway, and the token to send as its key. */
  readonly token: string;
  baseUrl(provider: string): string;
  traffic(): Traffic;
  close(): void;
}

/** The loopback proxy through which every model request goes. Real keys stay inside. */
export interface Gateway {
  /** `models` are all it may ask, under their Aider names. */
  lease(client: string, models: readonly string[]): GatewayLease;
}

/** What the gateway finds out that concerns the whole run. */
export type GatewayNews =
  /** Every further request to the provider would be refused: `auth-failed` or `quota-exhausted`. Told once. */
  | { readonly kind: 'dead-key'; readonly provider: string; readonly failure: Failure }
  /** The provider has asked for a pause, or it is over. Asked of `mayStart` is whether to begin something. */
  | { readonly kind: 'window'; readonly provider: string };

/** For whoever starts agents. */
export interface GatewayWatch {
  /** False while the request window of the model's provider is shut for a moment: an agent could only wait. */
  mayStart(model: string): boolean;
  /** Why what is left of the budget cannot pay a single request to the model; undefined while it can. */
  cannotPay?(model: string): string | undefined;
  /** Returns what ends the listening. */
  listen(listener: (news: GatewayNews) => void): () => void;
}
