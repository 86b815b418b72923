import { agentsSoon } from '../../core/schedule/agents-soon.js';
import type { Sink } from '../../ports/sink.js';
import type { WarmAgents } from './warm-agents.js';

/** Tells the warm agents what the run will need, from what happens in it. */
export interface WarmNeed {
  readonly sink: Sink;
  /** From when they can be loaded. */
  serve(agents: Pick<WarmAgents, 'expect'>): void;
}

export const warmNeed = (): WarmNeed => {
  let agents: Pick<WarmAgents, 'expect'> | undefined;
  let soon = 0;
  return {
    sink: {
      tell: (_, run) => {
        soon = agentsSoon(run);
        agents?.expect(soon);
      },
      flush: () => Promise.resolve(),
    },
    serve: (served) => {
      agents = served;
      agents.expect(soon);
    },
  };
};
