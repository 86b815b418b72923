import type { Bench, Conditions, Row } from '../lib/bench.js';
import { samples } from '../lib/bench.js';
import { mean, median } from '../lib/statistics.js';
import { memoryOfAgents, openAider, timeMessages } from './messages.js';
import { tellStory, type Told } from './story.js';

const agents = 4;
const latencyMs = 5_000;

const messages = async (conditions: Conditions): Promise<Row> => {
  const times: Record<string, readonly number[]> = {};
  for (const start of ['warm', 'plain'] as const) {
    conditions.tell(`messages to a ${start} agent`);
    const rig = await openAider(start);
    times[start] = await timeMessages(rig, samples(conditions, 20)).finally(rig.close);
  }
  return {
    what: 'a further message to an agent, the model answering at once, median',
    value: median(times['warm'] ?? []),
    unit: 'ms',
    goal: { atMost: 1_000 },
    beside: [{ name: 'plain start', value: median(times['plain'] ?? []) }],
  };
};

const memory = async (conditions: Conditions): Promise<Row> => {
  conditions.tell(`memory of ${agents} agents`);
  const value = await memoryOfAgents('warm', agents);
  return {
    what: `memory of ${agents} agents while their models think, shared pages divided`,
    value,
    unit: 'MB',
    beside: [{ name: 'plain start', value: await memoryOfAgents('plain', agents) }],
    note: 'with their sandboxes',
  };
};

const seconds = (ms: number): number => ms / 1_000;

const stages = ({ phases, tasks }: Told): string => {
  const meanOf = (of: (task: (typeof tasks)[number]) => number): string => seconds(mean(tasks.map(of))).toFixed(1);
  const phase = (name: string): string => seconds(phases[name] ?? 0).toFixed(1);
  return (
    `set-up ${phase('setup')}, PRD ${phase('prd')}, plan ${phase('plan')}, tasks ${phase('tasks')}, ` +
    `delivery ${phase('delivery')} s; of a task ${meanOf((task) => task.toAskMs)} s to its first request, ` +
    `${meanOf((task) => task.toLandMs)} s from the last answer to its landing`
  );
};

const stories = async (conditions: Conditions, plan: 'brought' | 'asked'): Promise<readonly Row[]> => {
  conditions.tell(`six tasks, plan ${plan}: warm, then plain`);
  const warm = await tellStory({ agentStart: 'warm', latencyMs, plan });
  const plain = await tellStory({ agentStart: 'plain', latencyMs, plan });
  const ofModel = (plan === 'brought' ? 3 : 5) * seconds(latencyMs);
  const what = plan === 'brought' ? 'a plan of six tasks (4+1+1)' : 'the same with PRD and plan written first';
  return [
    {
      what: `${what}, real Aider, 5 s answers, wall`,
      value: seconds(warm.wallMs),
      unit: 's',
      ...(plan === 'brought' ? { goal: { atMost: 30 } } : {}),
      beside: [
        { name: 'plain start', value: seconds(plain.wallMs) },
        { name: 'the model alone on the critical path', value: ofModel },
      ],
      note: `warm: ${stages(warm)}; plain: ${stages(plain)}`,
    },
    {
      what: `memory of the orchestrator at its peak, ${plan === 'brought' ? 'six tasks' : 'with PRD and plan'}`,
      value: warm.maxRssMb,
      unit: 'MB',
      goal: { atMost: 150 },
      beside: [{ name: 'plain start', value: plain.maxRssMb }],
    },
  ];
};

/** What warm agents bring, beside agents that are started plainly in the same run. */
export const warm: Bench = {
  name: 'warm',
  about: 'agents loaded ahead of need beside plain starts: real Aider, real sandbox, a scripted model',
  run: async (conditions) => [
    await messages(conditions),
    await memory(conditions),
    ...(await stories(conditions, 'brought')),
    ...(conditions.pace === 'full' ? await stories(conditions, 'asked') : []),
  ],
};
