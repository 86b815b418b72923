import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { PlanDocument } from '../../src/core/plan/plan.js';
import type { Prd } from '../../src/core/prd.js';
import type { Script } from '../model/script.js';

/** One request with everything a scripted model says to it, and what must come of it. */
export interface Scenario {
  readonly name: string;
  readonly issue: { readonly title: string; readonly body: string };
  readonly prd: Prd;
  readonly plan: PlanDocument;
  readonly script: Script;
  /** Delay of every answer, ms, so that agents overlap visibly. */
  readonly latencyMs: number;
  /** Inputs of the action beside its keys. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly expected: ExpectedFacts;
}

export interface ExpectedFacts {
  readonly tasks: number;
  /** Most agents that can be at work at once. */
  readonly peakAgents: number;
  /** Messages to agents in all; with a conflict one more for its redo. */
  readonly iterations: number;
  readonly conflicts: number;
  /** Tests of the final tree that pass. */
  readonly tests: number;
  /** Paths changed between base and the final tree, sorted; PRD and summary aside. */
  readonly changed: readonly string[];
}

/** OpenAI for the agents and Gemini for PRD and plan, so that both protocols are used; prices of both are known. */
export const scenarioInputs = {
  model: 'openai/gpt-4.1',
  'prd-model': 'gemini/gemini-2.5-pro',
  'max-agents': '4',
  validation: 'lint: npm run lint\ntests: npm test',
} as const;

/** A file of a scenario's folder: the code its agents "write" lies there as files, so that it can be read and run. */
export const scenarioFile = (scenario: string, path: string): string =>
  readFileSync(new URL(`${scenario}/${path}`, import.meta.url), 'utf8');

/** A plan from its plain form; defaults are filled in by the schema. Throws on a scripting bug. */
export const planOf = (plan: z.input<typeof PlanDocument>): PlanDocument => PlanDocument.parse(plan);
