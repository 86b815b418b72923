import { createAgentHost } from '../adapters/aider/agent-host.js';
import { provisionAider } from '../adapters/aider/provision.js';
import { outOfReach } from '../adapters/aider/provision-failures.js';
import { keepWarm, type WarmAgents, type WarmAgentsOptions } from '../adapters/aider/warm-agents.js';
import { systemClock as clock } from '../adapters/clock/system-clock.js';
import { openCassette } from '../adapters/gateway/open-cassette.js';
import { startGateway } from '../adapters/gateway/gateway.js';
import { createModel } from '../adapters/models/model.js';
import { openPrices } from '../adapters/prices/prices.js';
import type { Undertaking } from '../app/undertaking.js';
import { spentOf } from '../core/report/cost.js';
import { failed, success } from '../core/result.js';
import type { Settings } from '../core/settings/settings.js';
import type { Place } from '../ports/place.js';
import type { Preparing } from './ground.js';
import type { Env } from './env.js';
import { toolCache } from './places.js';
import { randomFraction } from './random-fraction.js';

/** Aider and the models behind the gateway. */
export const openAgency = async (
  { settings, logsFolder, warn, redact, resume }: Undertaking & { readonly redact: (text: string) => string },
  { isolated: { place, workFolder }, runFolder, env, closing, need }: Preparing,
  signal: AbortSignal,
) => {
  const aider = await provision(settings, env, signal);
  if (!aider.ok) return aider;
  if ((await place.reaches?.(aider.value.python || aider.value.command)) === false)
    return failed(outOfReach(aider.value));
  const cassette = openCassette(env, redact);
  if (!cassette.ok) return cassette;
  const prices = openPrices({ file: aider.value.pricesFile });
  const { maxOutputTokens } = settings;
  const gateway = await startGateway({
    providers: upstreamsOf(settings),
    prices,
    budget: { ...settings, ...(resume && { spent: spentOf(resume.run) }) },
    maxOutputTokens,
    clock,
    random: randomFraction,
    proxyEnv: proxyOf(env),
    ...(cassette.value === undefined ? {} : { cassette: cassette.value }),
  });
  closing.push(() => gateway.close());
  const path = env['PATH'] ?? '';
  const common = { installation: aider.value, runFolder: workFolder ?? runFolder, path };
  const warm = warmAgents(settings, place, { ...common, port: Number(new URL(gateway.url).port), signal, warn });
  if (warm !== undefined) {
    closing.push(() => warm.close());
    need.serve(warm);
  }
  return success({
    agents: createAgentHost({ ...common, place, gateway, logsFolder, redact, ...(warm === undefined ? {} : { warm }) }),
    model: createModel({ gateway, clock, maxOutputTokens }),
    watch: gateway,
    priceSource: prices.source(),
  });
};

/** None where Aider is to be started plainly, or where a process cannot be started ahead of its clone. */
const warmAgents = (
  { agentStart }: Pick<Settings, 'agentStart'>,
  { standBy }: Place,
  options: Omit<WarmAgentsOptions, 'standBy'>,
): WarmAgents | undefined =>
  agentStart === 'plain' || standBy === undefined || options.installation.python === ''
    ? undefined
    : keepWarm({ ...options, standBy });

const provision = (
  { aiderVersion, aiderCommand }: Pick<Settings, 'aiderVersion' | 'aiderCommand'>,
  env: Env,
  signal: AbortSignal,
) =>
  provisionAider({
    version: aiderVersion,
    ...(aiderCommand === undefined ? {} : { command: aiderCommand }),
    toolCache: toolCache(env),
    env,
    clock,
    signal,
  });

const upstreamsOf = ({ providers }: Settings) =>
  Object.entries(providers).map(([name, access]) => ({ name, ...access }));

const proxyOf = (env: Env): Record<string, string> =>
  Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => {
      const value = env[name] ?? env[name.toLowerCase()];
      return value === undefined ? [] : [[name, value]];
    }),
  );
