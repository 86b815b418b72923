import type { Clock } from '../../src/ports/clock.js';
import { startGateway } from '../../src/adapters/gateway/gateway.js';
import { samples, type Bench, type Conditions, type Row } from '../lib/bench.js';
import { scaledClock } from '../lib/scaled-clock.js';
import { askAsAider, askOnce, runClients, type Sent } from './clients.js';
import { limitedProvider, type Seen } from './limited-provider.js';

/** A minute of the provider's lasts 3 s. The gateway's clock is an argument, so its pauses are scaled alike. */
const speed = 20;
const answerMs = 2_000;
const clients = 16;
const rates = [20, 60, 180] as const;

interface Outcome {
  readonly used: number;
  readonly sent: Sent;
  readonly seen: Seen;
}

interface Asking {
  readonly ask: (client: number) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

type Ask = (url: string, clock: Clock) => Promise<Asking>;

const throughGateway: Ask = async (url, clock) => {
  const gateway = await startGateway({ providers: [{ name: 'openai', base: url, key: 'sk-not-real' }], clock });
  const leases = Array.from({ length: clients }, (_, n) => gateway.lease(`agent-${n}`, ['openai/m']));
  const ask = async (client: number): Promise<boolean> => {
    const lease = leases[client];
    return lease !== undefined && askOnce(lease.baseUrl('openai'), lease.token);
  };
  return { ask, close: gateway.close };
};

const alone: Ask = async (url, clock) => ({ ask: askAsAider(url, clock), close: async () => undefined });

const run = async (perMinute: number, minutes: number, how: Ask): Promise<Outcome> => {
  const clock = scaledClock(speed);
  const provider = await limitedProvider(clock, { perMinute, answerMs });
  const { ask, close } = await how(provider.url, clock);
  const untilMs = clock.now() + minutes * 60_000;
  const sent = await runClients({ clock, count: clients, untilMs, ask });
  const accepted = provider.seen.acceptedAt.filter((at) => at < untilMs);
  const seen = { acceptedAt: [...accepted], refused: provider.seen.refused.filter(({ at }) => at < untilMs) };
  await close();
  await provider.close();
  return { used: (100 * accepted.length) / (perMinute * minutes), sent, seen };
};

/** From the end of each pause the provider asked for to the next request it took, s; the longest of them. */
const lateness = ({ acceptedAt, refused }: Seen): number => {
  const late = refused.flatMap(({ at, until }) => {
    const next = acceptedAt.find((each) => each > at);
    return next === undefined ? [] : [Math.max(0, next - until) / 1000];
  });
  return Math.max(0, ...late);
};

/** Requests sent while a pause was on, though the refusal that asked for it had been told a second before. */
const during = ({ acceptedAt, refused }: Seen): number =>
  [...acceptedAt, ...refused.map(({ at }) => at)].filter((time) =>
    refused.some(({ at, until }) => time > at + 1_000 && time < until - 100),
  ).length;

const rowsOf = (perMinute: number, minutes: number, ours: Outcome, aider: Outcome): readonly Row[] => {
  const at = `provider taking ${perMinute} requests a minute`;
  const note = `${clients} clients, ${minutes} minutes at ${speed} times the speed`;
  return [
    {
      what: `${at}: used of it`,
      value: ours.used,
      unit: '%',
      goal: { atLeast: 90 },
      beside: [{ name: "Aider's own retries", value: aider.used }],
      note,
    },
    {
      what: `${at}: messages failed by it`,
      value: ours.sent.failed,
      unit: 'n',
      goal: { atMost: 0 },
      beside: [
        { name: "Aider's own retries", value: aider.sent.failed },
        { name: 'our requests refused', value: ours.seen.refused.length },
        { name: "Aider's refused", value: aider.seen.refused.length },
        { name: 'our requests during a pause', value: during(ours.seen) },
        { name: "Aider's during a pause", value: during(aider.seen) },
      ],
    },
    {
      what: `${at}: Retry-After honoured, at the latest after`,
      value: lateness(ours.seen),
      unit: 's',
      goal: { atMost: 5 },
      beside: [{ name: 'the shortest the header can say', value: 1 }],
    },
  ];
};

/** A provider that allows so many requests a minute, and more agents than that. */
export const rate: Bench = {
  name: 'rate',
  about: `${clients} clients of a provider with a limit, by the gateway and by Aider's own retries; time ${speed} times as fast`,
  run: async ({ pace }: Conditions) => {
    const minutes = samples({ pace }, 6);
    const each = rates.map(async (perMinute) => {
      const [ours, aider] = await Promise.all([
        run(perMinute, minutes, throughGateway),
        run(perMinute, minutes, alone),
      ]);
      return rowsOf(perMinute, minutes, ours, aider);
    });
    return (await Promise.all(each)).flat();
  },
};
